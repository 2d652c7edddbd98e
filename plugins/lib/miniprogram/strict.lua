-- SPDX-License-Identifier: Apache-2.0
-- What a web hook's parameters and bodies must be before they mean anything: given once, present, young enough, well formed.
-- Functions give nil, reason; a reason is what `refuse` logs.
local M = {}

-- A platform that repeats a push repeats its query too, for hours at most.
local BINDING_LIFE = 7 * 86400
local MILLISECONDS_FROM = 100000000000

local STATUS = { bad_method = 405, bad_signature = 403, replay = 403, account_mismatch = 403, stale_timestamp = 401 }
-- To the sender all failures of decryption look the same.
for _, name in ipairs { "bad_encoding", "bad_padding", "bad_ciphertext", "appid_mismatch" } do STATUS[name] = 403 end

--- The refusal for a reason.
function M.refuse(reason) return refuse(STATUS[reason] or 400, reason) end

--- Parameters of a query or form, decoded once, as bytes. One that is given twice is refused.
---@param words string
---@return table<string, string>? parameters, string? reason
function M.parameters(words)
  local found = {}
  for part in words:gmatch("[^&]+") do
    local name, value = part:match("^([^=]*)=?(.*)$")
    name = url.decode(name)
    if found[name] then return nil, "duplicate_param:" .. text.truncate(text.clean(name), 40) end
    found[name] = url.decode(value)
  end
  return found
end

--- The first of these that is missing or empty, as a reason; nil where all are there.
function M.missing(values, names)
  for _, name in ipairs(names) do
    if type(values[name]) ~= "string" or values[name] == "" then return "missing_param:" .. name end
  end
  return nil
end

--- Milliseconds of a time that a platform writes as seconds or as milliseconds.
---@return integer?
function M.milliseconds(value)
  local number = math.tointeger(tonumber(value))
  if not number or number < 0 then return nil end
  return number >= MILLISECONDS_FROM and number or number * 1000
end

--- Why a timestamp is too old or too new; nil where it is good. A limit of 0 seconds takes all.
function M.age(timestamp, limit)
  if not limit or limit <= 0 then return nil end
  local at = tostring(timestamp):find("^%d+$") and M.milliseconds(timestamp)
  if not at then return "bad_timestamp" end
  return math.abs(time.milliseconds() - at) > limit * 1000 and "stale_timestamp" or nil
end

--- Where a signature does not cover the body, the first body seen under it owns it; nil where this body may go on.
function M.replayed(signature, body)
  local key = "signed:" .. crypto.digest("sha256", signature:lower(), "hex")
  local digest = crypto.digest("sha256", body, "hex")
  local owner = store.get(key)
  if owner then return owner ~= digest and "replay" or nil end
  store.set(key, digest, BINDING_LIFE)
  return nil
end

--- Hex signatures are compared without regard to case.
function M.same_hex(found, expected)
  return type(found) == "string" and crypto.equal(found:lower(), expected:lower())
end

--- A JSON object; numbers and flags as texts where `scalars` says so, so that long ids keep their digits.
---@return table? value, string? reason
function M.json(body, scalars)
  if body:sub(1, 3) == "\xef\xbb\xbf" then body = body:sub(4) end
  if not body:find("^%s*{") then return nil, "bad_json" end
  local value = json.decode(body, scalars and { scalars = "text" } or nil)
  if type(value) ~= "table" then return nil, "bad_json" end
  return value
end

--- A push written as XML (first character `<`) or as a JSON object; all leaves are texts.
---@return table? fields, string? reason
function M.push(body)
  local first = body:match("^\xef?\xbb?\xbf?%s*(.)")
  if first ~= "<" then return M.json(body, true) end
  if body:find("<!DOCTYPE", 1, true) or body:find("<!ENTITY", 1, true) then return nil, "xml_doctype" end
  local value, _, code = xml.object(body)
  if type(value) ~= "table" then return nil, code == "xml_forbidden" and "xml_doctype" or "bad_xml" end
  return value
end

--- A value as it must be written back into JSON: a number of a body stays a number, with all its digits, whatever its size.
---@param body string where it came from; may be JSON inside of JSON
---@param name string of the member
function M.written(body, name, value)
  local digits = tostring(value)
  -- Only a number of more than 18 digits comes as text.
  if type(value) == "string" and #value < 19 then return json.encode(value) end
  if math.type(value) ~= "integer" and body:find('"?' .. name .. '\\?"%s*:%s*' .. digits:gsub("%p", "%%%0") .. "%f[^%d]") == nil then
    return json.encode(value)
  end
  return digits:find("^%-?%d+$") and digits or json.encode(value)
end

--- The hex signature over sorted parts that WeChat's relatives use.
function M.sorted_sha1(...)
  local parts = { ... }
  table.sort(parts)
  return crypto.digest("sha1", table.concat(parts), "hex")
end

return M
