-- SPDX-License-Identifier: Apache-2.0
-- Tencent Cloud's request signature. Source: cloud.tencent.com, "签名方法 v3" (TC3-HMAC-SHA256), 2026-07.
local M = {}

--- Signs a request. Only `signed_headers` count; the date of the scope is that of UTC.
---@param request { method: string, uri: string, query: string, headers: table<string, string>, payload: string, timestamp: integer, service: string, signed_headers: string[] }
---@return { canonical_request: string, string_to_sign: string, signature: string, authorization: string }
function M.sign(request, secret_id, secret_key)
  local values, names = {}, {}
  for name, value in pairs(request.headers) do values[name:lower()] = text.trim(value):lower() end
  for index, name in ipairs(request.signed_headers) do names[index] = name:lower() end
  table.sort(names)
  local lines = {}
  for index, name in ipairs(names) do lines[index] = name .. ":" .. values[name] .. "\n" end
  local signed = table.concat(names, ";")
  local canonical = table.concat({
    request.method, request.uri, request.query, table.concat(lines), signed, crypto.digest("sha256", request.payload, "hex"),
  }, "\n")
  local date = time.rfc3339(request.timestamp):sub(1, 10)
  local scope = date .. "/" .. request.service .. "/tc3_request"
  local to_sign = table.concat({
    "TC3-HMAC-SHA256", tostring(request.timestamp), scope, crypto.digest("sha256", canonical, "hex"),
  }, "\n")
  local key = crypto.hmac("sha256", "TC3" .. secret_key, date)
  key = crypto.hmac("sha256", key, request.service)
  key = crypto.hmac("sha256", key, "tc3_request")
  local signature = crypto.hmac("sha256", key, to_sign, "hex")
  return {
    canonical_request = canonical, string_to_sign = to_sign, signature = signature,
    authorization = "TC3-HMAC-SHA256 Credential=" .. secret_id .. "/" .. scope .. ", SignedHeaders=" .. signed
      .. ", Signature=" .. signature,
  }
end

return M
