-- SPDX-License-Identifier: Apache-2.0
-- The envelope of Alipay's answers. The signature covers the node's text as it was sent: blanks, escapes, order and all; so the node is
-- cut out by reading the JSON's structure, never by searching, and nothing is used before it is verified.
local content_crypto = require "content_crypto"
local keys = require "keys"

local M = {}

--- The end of the JSON string that begins at `at`.
local function string_end(body, at)
  local place = at + 1
  while true do
    place = body:find('["\\]', place)
    if not place then return nil end
    if body:byte(place) == 34 then return place end
    place = place + 2
  end
end

--- The end of the JSON value that begins at `at`.
local function value_end(body, at)
  local byte = body:byte(at)
  if byte == 34 then return string_end(body, at) end
  if byte ~= 123 and byte ~= 91 then
    local stop = body:find("[,}%]%s]", at)
    return stop and stop > at and stop - 1 or nil
  end
  local depth, place = 0, at
  while true do
    place = body:find('["{}%[%]]', place)
    if not place then return nil end
    local found = body:byte(place)
    if found == 34 then
      place = string_end(body, place)
      if not place then return nil end
    elseif found == 123 or found == 91 then depth = depth + 1 else
      depth = depth - 1
      if depth == 0 then return place end
    end
    place = place + 1
  end
end

--- The members of an object as they stand in its text; nil where a name is given twice or the text is none.
---@return table<string, string>?
function M.members(body)
  local at = body:match("^%s*{()")
  local found = {}
  while at do
    at = body:match("^%s*()", at)
    if body:sub(at, at) ~= '"' then return nil end
    local stop = string_end(body, at)
    local name = stop and json.decode(body:sub(at, stop))
    local start = stop and body:match("^%s*:%s*()", stop + 1)
    local last = start and value_end(body, start)
    if type(name) ~= "string" or not last or found[name] then return nil end
    found[name] = body:sub(start, last)
    local sign, after = body:match("^%s*([,}])()", last + 1)
    if sign == "}" then return body:find("^%s*$", after) and found or nil end
    at = sign and after
  end
  return nil
end

local TOKEN, MISCONFIGURED = { ["20001"] = true }, { ["40001"] = true, ["40002"] = true, ["40006"] = true }

local function outcome_of(code, sub_code)
  if code == "10000" then return "ok" end
  if code == "20000" or code == "40005" then return "later" end
  if TOKEN[code] then return "token" end
  if MISCONFIGURED[code] then return "misconfigured" end
  if code == "40004" then
    if sub_code:find("MSG_SD_OVER_TIME", 1, true) then return "window" end
    if sub_code:find("^isp%.") or sub_code:find("SYSTEM_ERROR$") then return "later" end
  end
  return "refused"
end

local function result_of(node, verified)
  local code = node.code == nil and "10000" or tostring(node.code)
  local sub_code = node.sub_code ~= nil and tostring(node.sub_code) or nil
  local outcome = outcome_of(code, sub_code or "")
  if outcome == "ok" and not verified then return { outcome = "unknown", verified = false, reason = "a success that is not signed" } end
  local value = {}
  for name, item in pairs(node) do if name ~= "code" and name ~= "msg" then value[name] = item end end
  local words = { code, sub_code or "", tostring(node.sub_msg or node.msg or "") }
  return {
    outcome = outcome, verified = verified, code = code, sub_code = sub_code, value = outcome == "ok" and value or nil,
    reason = text.truncate(table.concat(words, " "), 300),
  }
end

local function unknown(reason, serial) return { outcome = "unknown", verified = false, reason = reason, other_certificate = serial } end

--- Whether the signature fits the text, also where slashes were escaped after signing.
local function is_signed(settings, raw, signature)
  if keys.verify(settings, raw, signature) then return true end
  return raw:find("\\/", 1, true) ~= nil and keys.verify(settings, (raw:gsub("\\/", "/")), signature)
end

--- Reads an answer to a method. `other_certificate`: the serial number of the certificate it was signed with, where that is not ours.
---@param answer { status: integer, body?: string }
---@param method string
function M.read(answer, method, settings)
  if answer.status >= 500 or answer.status == 429 then return { outcome = "later", verified = false, reason = "HTTP " .. answer.status } end
  local body = answer.body or ""
  local members = M.members(body)
  if not members or type(json.decode(body)) ~= "table" then return unknown("HTTP " .. answer.status .. " without a JSON object") end
  local signature = members.sign and json.decode(members.sign)
  local serial = members.alipay_cert_sn and json.decode(members.alipay_cert_sn)
  local own = keys.platform_serial(settings)
  local raw = members[method:gsub("%.", "_") .. "_response"]
  local failure = members.error_response
  if raw and failure then return unknown("two nodes in one answer") end
  if not raw and not failure then return unknown("the answer is none to this method") end
  local verified = type(signature) == "string" and is_signed(settings, raw or failure, signature)
  if failure then
    local node = json.decode(failure)
    if type(node) ~= "table" or node.code == nil then return unknown("an error without a code") end
    return result_of(node, verified)
  end
  if not verified then
    return unknown("the answer's signature does not fit", own and type(serial) == "string" and serial ~= own and serial or nil)
  end
  local node = json.decode(raw)
  if type(node) == "string" then
    local plain = content_crypto.open(settings.aes_key, node, settings.aes_form)
    node = plain and json.decode(plain)
  end
  if type(node) ~= "table" then return unknown("the answer cannot be decrypted") end
  return result_of(node, true)
end

return M
