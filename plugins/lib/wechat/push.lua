-- SPDX-License-Identifier: Apache-2.0
-- Pushes of WeChat: the check of the address (GET), and messages and events (POST) in plain, compatible and secure mode,
-- as XML or JSON. The request never chooses the mode: a channel in secure mode takes nothing that is not encrypted.
local wx = require "wechat.crypto"

local M = {}

-- What a reason is answered with. All failures of crypto look alike from outside.
local STATUS = {
  bad_method = 405, missing_parameter = 400, missing_encrypt = 400, bad_xml = 400, xml_forbidden = 400, bad_json = 400,
  bad_message = 400, stale = 401,
}

--- The HTTP status of a refusal.
function M.status(code) return STATUS[code] or 403 end

--- A parameter that must be there once and not be empty.
local function parameter(query, name)
  local value = query[name]
  if type(value) ~= "string" or value == "" then return nil end
  return value
end

--- Tokens and keys in force: the present ones, and the previous ones until their end, because pushes signed with the old ones
--- arrive for a while after a change in the console.
local function pairs_in_force(config)
  local list = { { token = config.token, key = config.encoding_aes_key } }
  local ends = config.previous_until and time.parse_rfc3339(config.previous_until)
  if (config.previous_token or config.previous_encoding_aes_key) and (not ends or time.now() < ends) then
    list[#list + 1] = {
      token = config.previous_token or config.token,
      key = config.previous_encoding_aes_key or config.encoding_aes_key,
    }
  end
  return list
end

--- The pair whose token explains the signature.
local function signer(config, signature, ...)
  for _, pair in ipairs(pairs_in_force(config)) do
    if crypto.equal(wx.sign(pair.token, ...), signature) then return pair end
  end
  return nil
end

local function is_stale(config, timestamp)
  local limit = config.max_age or 0
  if limit <= 0 then return false end
  local seconds = tonumber(timestamp)
  return not seconds or math.abs(time.now() - seconds) > limit
end

--- Reads a body into a table of texts: by the configured format, or by its first character.
---@return table?, string? message, string? code
local function parse(body, format)
  if format ~= "xml" and format ~= "json" then
    format = body:find("^\xef?\xbb?\xbf?%s*[{%[]") and "json" or "xml"
  end
  if format == "xml" then return xml.object(body, "xml") end
  local value, message, code = json.decode(body, { scalars = "text" })
  if value == nil then return nil, message, code end
  if type(value) ~= "table" or value[1] ~= nil then return nil, "the body is no JSON object", "bad_json" end
  return value
end

--- Answers the platform's check of the address.
---@return string? echo, string? message, string? code
function M.check(query, config)
  local timestamp, nonce = parameter(query, "timestamp"), parameter(query, "nonce")
  local echo = parameter(query, "echostr")
  local name = config.platform == "wecom" and "msg_signature" or "signature"
  local signature = parameter(query, name)
  if not (timestamp and nonce and echo and signature) then return nil, "a parameter is missing", "missing_parameter" end
  if config.platform ~= "wecom" then
    if not signer(config, signature, timestamp, nonce) then return nil, "the signature does not fit", "bad_signature" end
    return echo
  end
  local pair = signer(config, signature, timestamp, nonce, echo)
  if not pair then return nil, "the signature does not fit", "bad_signature" end
  local opened, message, code = wx.decrypt(pair.key, echo, config.receive_id)
  if not opened then return nil, message, code end
  return opened.message
end

--- Opens a push: verified, decrypted, parsed.
---@param request table
---@param config { token, encoding_aes_key?, receive_id, mode, format?, max_age?, previous_token? … }
---@return { fields: table, plaintext: string }?, string? message, string? code
function M.open(request, config)
  if request.method ~= "POST" then return nil, "only GET and POST", "bad_method" end
  local query = request.query
  local timestamp, nonce = parameter(query, "timestamp"), parameter(query, "nonce")
  if not (timestamp and nonce) then return nil, "a parameter is missing", "missing_parameter" end
  local plaintext
  if config.mode == "plain" then
    local signature = parameter(query, "signature")
    if not signature then return nil, "a parameter is missing", "missing_parameter" end
    if not signer(config, signature, timestamp, nonce) then return nil, "the signature does not fit", "bad_signature" end
    plaintext = request.body
  else
    local opened, message, code = M.decrypt_body(request, config, timestamp, nonce)
    if not opened then return nil, message, code end
    plaintext = opened
  end
  if is_stale(config, timestamp) then return nil, "the timestamp is too old", "stale" end
  local fields, message, code = parse(plaintext, config.format)
  if not fields then return nil, message, code end
  return { fields = fields, plaintext = plaintext }
end

--- Secure and compatible mode: only what the signature covers counts.
function M.decrypt_body(request, config, timestamp, nonce)
  local kind = request.query.encrypt_type
  if kind ~= nil and kind ~= "aes" then return nil, "only encrypted pushes are taken", "missing_encrypt" end
  local signature = parameter(request.query, "msg_signature")
  if not signature then return nil, "a parameter is missing", "missing_parameter" end
  local envelope, message, code = parse(request.body, config.format)
  if not envelope then return nil, message, code end
  local encrypt = envelope.Encrypt
  if type(encrypt) ~= "string" or encrypt == "" then return nil, "there is no Encrypt", "missing_encrypt" end
  local pair = signer(config, signature, timestamp, nonce, encrypt)
  if not pair then return nil, "the signature does not fit", "bad_signature" end
  local opened
  opened, message, code = wx.decrypt(pair.key, encrypt, config.receive_id)
  if not opened then return nil, message, code end
  return opened.message
end

--- The envelope of an encrypted passive reply.
---@param options? { random?: string, timestamp?: string, nonce?: string } for tests; fresh ones otherwise
---@return { encrypt: string, msg_signature: string, body: string }?, string? message, string? code
function M.reply(plaintext, config, options)
  options = options or {}
  local encrypt, message, code = wx.encrypt(config.encoding_aes_key, plaintext, config.receive_id, options.random)
  if not encrypt then return nil, message, code end
  local timestamp = options.timestamp or tostring(time.now())
  local nonce = options.nonce or crypto.random(8, "hex")
  local signature = wx.sign(config.token, timestamp, nonce, encrypt)
  local fields = { Encrypt = encrypt, MsgSignature = signature, TimeStamp = math.tointeger(tonumber(timestamp)), Nonce = nonce }
  local body = config.format == "json" and json.encode(fields) or xml.encode("xml", fields)
  return { encrypt = encrypt, msg_signature = signature, body = body }
end

return M
