---@meta
-- SPDX-License-Identifier: Apache-2.0
-- What a plugin can call, for editors (LuaCATS). Never loaded by the server. A test compares the names with the host's.
-- Where three results are given, a failure is nil, message, code. `outside`: may wait, so only in a plugin's functions, not while it is loaded.

---@class Channel
---@field id string
---@field plugin string
---@field settings table<string, any> checked against the manifest, defaults filled in

---@class Request
---@field method string
---@field path string
---@field query table<string, string|string[]> a parameter given twice is a list
---@field raw_query string
---@field headers table<string, string> names in lower case
---@field body string

---@class Content
---@field kind "text"|"image"|"voice"|"video"|"file"|"location"|"card"|"menu"|"event"|"unsupported"
---@field text? string
---@field fields? table<string, any>

---@class InboundMessage: Content
---@field sender string the customer's id on the platform
---@field external_id string the same for the same message, however often it is posted
---@field sent_at? integer seconds since 1970
---@field profile? table<string, any> `verified` lists which of phone and email the platform has checked: those join channels
---@field reply_quota? { messages?: integer, window?: string|number } one of both at least

---@class OutboundMessage: Content
---@field id string the same for each try
---@field recipient string
---@field author string
---@field attempt integer 1 for the first try

---@class Setting
---@field name string
---@field type? "string"|"integer"|"boolean"|"choice"|"url"
---@field secret? boolean
---@field required? boolean
---@field required_when? table<string, string[]>
---@field default? any
---@field choices? string[]
---@field length? integer
---@field alphabet? "letters_digits"|"base64"
---@field help? string

---@class Manifest
---@field name string the folder's name
---@field kind "channel"|"tickets"|"answers"|"speech"|"notifier"|"data"
---@field version string
---@field title? string
---@field settings? Setting[]
---@field hosts? string[] "api.example.com", "*.example.com", "setting:api_base"
---@field capabilities? { kinds?: string[], text_limit?: integer, reply_quota?: table, typing?: boolean, media?: boolean, methods?: string[], after_window?: string }
---@field receive? fun(request: Request, channel: Channel): table
---@field send? fun(message: OutboundMessage, channel: Channel): table
---@field typing? fun(recipient: string, on: boolean, channel: Channel)
---@field media? fun(content: Content, channel: Channel): table?, string?, string?
---@field health? fun(channel: Channel): boolean?, string?
---@field poll? fun(channel: Channel): table?, string? `accept(messages, { receipts, remember, again })`: what no callback told
---@field notify? fun(target: string, text: string, channel: Channel): table
---@field login? fun(request: table<string, string>, channel: Channel): table?, string?, string?
---@field simulate? fun(occasion: table, channel: Channel): Request[]
---@field calls? table<string, fun(arguments: table, channel: Channel): any>

--- What `platform.lua` returns: the platform's side of `send`, for `luadesk simulate --listen` and the conformance run.
---@class StandIn
---@field faults? string[] "expired", "rate_limit", "busy", "refused", "unauthorized", "window": what it can be told to answer
---@field answer fun(request: Request, channel: Channel, fault?: { kind: string, code?: string }): { status?: integer, headers?: table, body?: string, json?: any, message?: { recipient?: string, kind?: string, text?: string }, fault?: boolean }

---@param manifest Manifest
---@return Manifest
function plugin(manifest) end

---@param messages InboundMessage[]
---@param answer? { status?: integer, body?: string, content_type?: string, receipts?: table[], remember?: table<string, any>, again?: number }
function accept(messages, answer) end
---@param status integer 400 to 499
---@param reason string for the log; names nobody
function refuse(status, reason) end

---@param external_id? string|string[] the platform's id; several where the message became several there, in order
function sent(external_id) end
---@param reason string
---@param after? number seconds; the outbox's own pauses otherwise
function retry(reason, after) end
---@param reason string
function held(reason) end
---@param reason string
function failed(reason) end
---@param reason string
function misconfigured(reason) end

--- Marks a table as a list, so that an empty one is written as [].
---@param list table
---@return table
function array(list) end

http = {}
---@class HTTPOptions
---@field method? "GET"|"POST"|"PUT"|"PATCH"|"DELETE"|"HEAD"
---@field url? string
---@field query? table<string, any>
---@field headers? table<string, string>
---@field body? string one of body, json, form, multipart
---@field json? any
---@field form? table<string, any>
---@field multipart? { name: string, body?: string, media?: string, filename?: string, content_type?: string }[]
---@field content_type? string
---@field timeout? number|string at most 60 s, 10 s if left out
---@field retries? integer 2 for methods that only read or replace, else 0
---@field into? "media"
---@field limit? integer bytes of the answer: 256 KiB, into media 20 MiB
---@class HTTPAnswer
---@field status integer
---@field headers table<string, string>
---@field body? string
---@field media? { id: string, content_type: string, byte_count: integer, name?: string }
---@param request HTTPOptions
---@return HTTPAnswer?, string?, "connect"|"network"|"timeout"|"too_large"|"forbidden"|"media"|nil
function http.request(request) end
---@param url string
---@param options? HTTPOptions
---@return HTTPAnswer?, string?, string?
function http.get(url, options) end
---@param url string
---@param options? HTTPOptions
---@return HTTPAnswer?, string?, string?
function http.post(url, options) end

crypto = {}
---@alias Form "hex"|"base64"
---@param name "md5"|"sha1"|"sha224"|"sha256"|"sha384"|"sha512"|"sm3"
---@param data string
---@param form? Form
---@return string
function crypto.digest(name, data, form) end
---@param name string
---@param key string
---@param data string
---@param form? Form
---@return string
function crypto.hmac(name, key, data, form) end
---@param options { cipher: string, key: string, iv?: string, data: string, aad?: string, padding?: boolean }
---@return string? data, string? tag_or_message, string? code
function crypto.encrypt(options) end
---@param options { cipher: string, key: string, iv?: string, data: string, aad?: string, tag?: string, padding?: boolean }
---@return string?, string?, "bad_key"|"bad_length"|"bad_padding"|"bad_tag"|nil
function crypto.decrypt(options) end
---@param options { scheme: string, key: string, data: string, raw?: boolean, form?: Form }
---@return string?, string?, string?
function crypto.sign(options) end
---@param options { scheme: string, key: string, data: string, signature: string, raw?: boolean }
---@return boolean?, string?, string?
function crypto.verify(options) end
---@param a string
---@param b string
---@return boolean
function crypto.equal(a, b) end
---@param count integer 0 to 65536
---@param form? Form
---@return string
function crypto.random(count, form) end
---@param data string
---@return string
function crypto.base64(data) end
---@param text string
---@param options? { lenient?: boolean }
---@return string?, string?, string?
function crypto.unbase64(text, options) end
---@param data string
---@return string
function crypto.hex(data) end
---@param text string
---@return string?, string?, string?
function crypto.unhex(text) end

json = {}
---@param text string
---@param options? { null?: any, scalars?: "text" }
---@return any, string?, string?
function json.decode(text, options) end
---@param value any
---@return string
function json.encode(value) end

xml = {}
---@param text string
---@return { name: string, text: string, attributes?: table<string, string>, children?: table[] }?, string?, string?
function xml.decode(text) end
---@param text string
---@param root? string
---@return table?, string?, string?
function xml.object(text, root) end
---@param root string
---@param value any
---@return string
function xml.encode(root, value) end

url = {}
---@param text string
---@return string
function url.encode(text) end
---@param text string
---@return string
function url.decode(text) end
---@param parameters table<string, any>
---@return string
function url.query(parameters) end
---@param text string
---@return table<string, string|string[]>
function url.parse_query(text) end
---@param text string
---@return { scheme: string, host: string, port: integer, path: string, query: string }?, string?, string?
function url.parse(text) end

token = {}
--- outside
---@param name string
---@param fetch fun(stale?: string): string?, number|string|nil, string?
---@return string?, string?, string?
function token.get(name, fetch) end
--- outside
---@param name string
---@param value string
function token.drop(name, value) end

store = {}
--- outside
---@param key string 1 to 256 bytes
---@return any, string?, string?
function store.get(key) end
--- outside
---@param key string
---@param value any at most 64 KiB
---@param seconds? number
---@return boolean?, string?, string?
function store.set(key, value, seconds) end
--- outside; atomic
---@param key string
---@param step? integer
---@param seconds? number
---@return integer?, string?, string?
function store.increment(key, step, seconds) end
--- outside
---@param key string
---@return boolean?, string?, string?
function store.remove(key) end

media = {}
--- outside
---@param id string
---@return { id: string, content_type: string, byte_count: integer, name?: string }?, string?, string?
function media.info(id) end
--- outside; the public https address of a stored file. Without server.public_url nil, message, "no_public_url".
---@param id string
---@param seconds? number how long it is good at least, at most 30 days; six hours if left out
---@return string?, string?, string?
function media.url(id, seconds) end

text = {}
---@param words string
---@param bytes integer at least 4
---@return string[]
function text.split(words, bytes) end
---@param words string
---@param bytes integer
---@param ending? string
---@return string
function text.truncate(words, bytes, ending) end
---@param words string
---@return integer characters as people see them
function text.length(words) end
---@param words string
---@return string
function text.trim(words) end
---@param words string
---@return string valid UTF-8
function text.clean(words) end
---@param words string
---@return boolean
function text.is_utf8(words) end

time = {}
---@return integer seconds since 1970
function time.now() end
---@return integer
function time.milliseconds() end
---@param seconds integer
---@return string
function time.rfc3339(seconds) end
---@param words string
---@return integer?, string?, string?
function time.parse_rfc3339(words) end
---@param offset_hours? integer
---@return integer seconds
function time.until_midnight(offset_hours) end

data = {}
---@param name string a file under data/
---@return any
function data.read(name) end

log = {}
---@param message string nothing about a customer, no secrets
---@param fields? table<string, any>
function log.debug(message, fields) end
---@param message string
---@param fields? table<string, any>
function log.info(message, fields) end
---@param message string
---@param fields? table<string, any>
function log.warning(message, fields) end
---@param message string
---@param fields? table<string, any>
function log.error(message, fields) end

metric = {}
---@param name string small letters, digits, "_"
---@param number? integer
function metric.count(name, number) end
