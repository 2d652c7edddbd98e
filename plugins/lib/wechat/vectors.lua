-- SPDX-License-Identifier: Apache-2.0
-- Runs the cases of fixtures/vectors.json in tests of the WeChat channels, through the functions that the channels use.
local api_signature = require "wechat.api_signature"
local errors = require "wechat.errors"
local kf = require "wechat.kf"
local messages = require "wechat.message"
local push = require "wechat.push"
local sending = require "wechat.send"
local user = require "wechat.user"
local wx = require "wechat.crypto"

local M = {}

local function config_of(case)
  local c = case.config
  return {
    platform = c.platform, mode = c.mode == "compat" and "compatible" or c.mode, format = c.format, token = c.token,
    encoding_aes_key = c.encoding_aes_key, receive_id = c.receive_id,
  }
end

local function body_of(request) return request.body or request.body_b64 and crypto.unbase64(request.body_b64) or "" end

--- Whether a reason is one of those that a case allows; a decryption need not tell its failures apart.
local HIDDEN = { bad_base64 = true, bad_length = true, bad_padding = true, bad_message_length = true }
local function allowed(case, code)
  for _, name in ipairs(case.expect.error or {}) do
    if name == code or HIDDEN[name] and code == "bad_decrypt" then return true end
  end
  return false
end

local function flatten(value, prefix, out)
  for name, item in pairs(value) do
    local path = type(name) == "number" and prefix .. "[" .. (name - 1) .. "]" or (prefix == "" and name or prefix .. "." .. name)
    if type(item) == "table" then flatten(item, path, out) else out[path] = item end
  end
  return out
end

local RUN = {}

function RUN.sign(t, case) t.equal(wx.sign(table.unpack(case.input.parts)), case.expect.sha1, case.id) end

function RUN.url_check(t, case)
  local r = case.request
  local echo, _, code = push.check(url.parse_query(r.query), config_of(case))
  if case.expect.accept then t.equal(echo, case.expect.body, case.id) else
    t.equal(echo, nil, case.id)
    t.truthy(push.status(code) >= 400 and push.status(code) < 500, case.id)
  end
end

function RUN.decrypt(t, case)
  local opened, _, code = wx.decrypt(case.config.encoding_aes_key, case.input.encrypt, case.config.receive_id)
  if not case.expect.ok then
    t.equal(opened, nil, case.id)
    t.truthy(allowed(case, code), case.id .. ": " .. tostring(code))
    return
  end
  t.truthy(opened, case.id .. ": " .. tostring(code))
  local e = case.expect
  local message = e.msg_b64 and crypto.unbase64(e.msg_b64) or e.msg and e.msg:rep(e.msg_repeat or 1)
  if message then t.equal(opened.message, message, case.id) end
  t.equal({ crypto.hex(opened.random), opened.receive_id, opened.pad, #opened.message },
    { e.random_hex, e.receive_id, e.pad, e.msg_bytes or #opened.message }, case.id)
end

function RUN.encrypt(t, case)
  t.equal(wx.encrypt(case.config.encoding_aes_key, case.input.msg, case.config.receive_id, crypto.unhex(case.input.random_hex)),
    case.expect.encrypt, case.id)
end

function RUN.callback(t, case)
  local r = case.request
  local request = { method = r.method or "POST", query = url.parse_query(r.query), body = body_of(r) }
  local opened, _, code = push.open(request, config_of(case))
  local e = case.expect
  if e.accept == false then
    -- A push that opens and is no message is refused by the channel.
    t.truthy(not opened or not messages.is_complete(opened.fields), case.id)
    if code then t.truthy(push.status(code) >= 400 and push.status(code) < 500, case.id) end
  elseif e.accept == true then
    t.truthy(opened, case.id .. ": " .. tostring(code))
    if e.plaintext then t.equal(opened.plaintext, e.plaintext, case.id) end
    local found = flatten(opened.fields, "", {})
    for name, value in pairs(e.fields or {}) do t.equal(found[name] or "", value, case.id .. " " .. name) end
  end
end

function RUN.reply(t, case)
  local i, e, config = case.input, case.expect, config_of(case)
  local options = { random = crypto.unhex(i.random_hex), timestamp = i.timestamp, nonce = i.nonce }
  local sealed = push.reply(i.plaintext, config, options)
  t.equal({ sealed.encrypt, sealed.msg_signature }, { e.encrypt, e.msg_signature }, case.id)
  local function parsed(body)
    local value = config.format == "json" and json.decode(body, { scalars = "text" }) or xml.object(body, "xml")
    return flatten(value, "", {})
  end
  t.equal(parsed(sealed.body), parsed(e.body), case.id)
end

function RUN.dedupe(t, case)
  local seen, verdicts = {}, {}
  for index, step in ipairs(case.input.steps) do
    local fields = step.format == "json" and json.decode(step.body, { scalars = "text" }) or xml.object(step.body, "xml")
    local key = messages.dedupe_key(fields)
    verdicts[index] = seen[key] and "duplicate" or "new"
    seen[key] = true
  end
  t.equal(verdicts, case.expect.verdicts, case.id)
end

function RUN.user_data(t, case)
  local i = case.input
  local opened, _, code = user.open(i.session_key, i.iv, i.encrypted_data, i.appid)
  if case.expect.ok then
    t.equal(opened.plaintext, case.expect.plaintext, case.id)
  else
    t.truthy(not opened and allowed(case, code), case.id .. ": " .. tostring(code))
  end
end

function RUN.raw_data_signature(t, case)
  t.equal(user.raw_signature(case.input.raw_data, case.input.session_key), case.expect.sha1, case.id)
end

function RUN.session_signature(t, case)
  t.equal(user.session_signature(case.input.session_key, case.input.data), case.expect.hmac_sha256, case.id)
end

function RUN.api_open(t, case)
  local plain, _, code = api_signature.open(case.input, case.input.data, case.input.authtag)
  if case.expect.ok then t.equal(plain, case.expect.plaintext, case.id) else t.truthy(not plain and allowed(case, code), case.id) end
end

function RUN.api_seal(t, case)
  local sealed = api_signature.seal(case.input, case.input.plaintext)
  t.equal({ sealed.data, sealed.authtag }, { case.expect.data, case.expect.authtag }, case.id)
end

function RUN.api_signature(t, case)
  local i = case.input
  local p = { url = i.url, appid = i.appid, timestamp = i.timestamp, key = i.public_key }
  t.equal(api_signature.verify(p, i.body, i.signature), case.expect.valid, case.id)
end

--- Our neutral message for the words of a case.
local function message_of(i)
  local kind, fields = i.kind, {}
  for _, name in ipairs { "media_id", "thumb_media_id", "title", "description", "url", "thumb_url" } do fields[name] = i[name] end
  if kind == "link" then kind = "card" end
  if kind == "miniprogrampage" then kind, fields.type, fields.page_path = "card", "mini_program", i.page end
  if kind == "menu" then
    fields = { options = {}, tail = i.tail }
    for index, item in ipairs(i.items) do fields.options[index] = { id = item.id, text = item.content } end
  end
  return { recipient = i.to, kind = kind, text = i.text or i.head or "", fields = fields }
end

function RUN.send(t, case)
  local i = case.input
  local platform = i.kind == "menu" and "officialaccount" or "miniprogram"
  if i.kind == "typing" then
    local path, body = sending.typing(i.to, i.on, platform)
    t.equal({ path, body }, { case.expect.path, case.expect.json }, case.id)
    return
  end
  local bodies = sending.bodies(message_of(i), platform, function(_, id) return id end)
  t.equal(#bodies, 1, case.id)
  t.equal(bodies[1], case.expect.json, case.id)
end

function RUN.split(t, case)
  local whole, limit = case.input.text:rep(case.input["repeat"]), case.input.max_bytes
  local parts = text.split(whole, limit)
  t.equal(table.concat(parts), whole, case.id)
  t.truthy(#parts <= (#whole + limit - 1) // limit + 1, case.id)
  for _, part in ipairs(parts) do t.truthy(#part <= limit and text.is_utf8(part), case.id) end
end

function RUN.api_error(t, case)
  local i = case.input
  local answer = { status = i.http_status, headers = { ["content-type"] = i.content_type }, body = i.body }
  t.equal(errors.read(answer).class, case.expect.class, case.id)
end

function RUN.kf_sync(t, case)
  local page = kf.page(case.input.body)
  t.equal({ page.next_cursor, page.has_more, #page.items }, { case.expect.next_cursor, case.expect.has_more, #case.expect.items }, case.id)
  for index, item in ipairs(page.items) do
    for name, value in pairs(flatten(case.expect.items[index], "", {})) do
      local customer, account = kf.parties(item)
      local found = flatten(item, "", {})[name]
      if name == "external_userid" then found = customer elseif name == "open_kfid" then found = account end
      t.equal(tostring(found), tostring(value), case.id .. " " .. name)
    end
  end
end

--- Runs all cases; gives how many there were of each kind.
function M.run(t, cases)
  local counts = {}
  for _, case in ipairs(cases) do
    if not RUN[case.kind] then error("no way to run " .. case.kind) end
    counts[case.kind] = (counts[case.kind] or 0) + 1
    RUN[case.kind](t, case)
  end
  return counts
end

return M
