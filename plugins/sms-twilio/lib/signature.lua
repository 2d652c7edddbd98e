-- SPDX-License-Identifier: Apache-2.0
-- X-Twilio-Signature. Source: twilio.com, "Webhooks security", 2026-07.
local M = {}

--- The pairs of a form, in order; nothing is trimmed.
---@param body string
---@return string[][]
function M.pairs(body)
  local list = {}
  for part in body:gmatch("[^&]+") do
    local name, value = part:match("^([^=]*)=?(.*)$")
    list[#list + 1] = { url.decode(name), url.decode(value) }
  end
  return list
end

--- The signature over an address and the parameters of a form: sorted by name, the values of one name once each and sorted.
---@param auth_token string
---@param address string
---@param parameters string[][] name and value
---@return string base64
function M.compute(auth_token, address, parameters)
  local values, names = {}, {}
  for _, pair in ipairs(parameters) do
    local name, value = pair[1], pair[2]
    if not values[name] then
      values[name] = { seen = {} }
      names[#names + 1] = name
    end
    if not values[name].seen[value] then
      values[name].seen[value] = true
      table.insert(values[name], value)
    end
  end
  table.sort(names)
  local signed = { address }
  for _, name in ipairs(names) do
    table.sort(values[name])
    for _, value in ipairs(values[name]) do signed[#signed + 1] = name .. value end
  end
  return crypto.hmac("sha1", auth_token, table.concat(signed), "base64")
end

--- The address with its port left out, and with it written: Twilio signs one or the other.
local function variants(address)
  local scheme, host, rest = address:match("^(%a+)://([^/?#]*)(.*)$")
  if not scheme then return { address } end
  local name, port = host:match("^(.-):(%d+)$")
  local usual = (scheme == "https" or scheme == "wss") and "443" or "80"
  return {
    scheme .. "://" .. (name or host) .. rest,
    scheme .. "://" .. (name or host) .. ":" .. (port or usual) .. rest,
  }
end

--- Whether Twilio made this request. A body that is no form is covered by its hash in the address only.
---@param request { url: string, params?: string[][], body?: string, header: any }
---@return boolean
function M.is_valid(auth_token, request)
  if type(request.header) ~= "string" or auth_token == "" then return false end
  if request.body then
    local sum = request.url:match("[?&]bodySHA256=(%x+)")
    if not sum or not crypto.equal(sum, crypto.digest("sha256", request.body, "hex")) then return false end
  end
  local good = false
  for _, address in ipairs(variants(request.url)) do
    if crypto.equal(request.header, M.compute(auth_token, address, request.params or {})) then good = true end
  end
  return good
end

return M
