-- SPDX-License-Identifier: Apache-2.0
-- Aliyun's request signatures. Source: help.aliyun.com, "V3 版本请求体和签名机制" (ACS3-HMAC-SHA256) and the older RPC signature, 2026-07.
local M = {}

--- `a=1&b=2` with names in the order of their bytes; an empty value keeps its "=".
local function canonical_query(query)
  local names = {}
  for name in pairs(query) do names[#names + 1] = name end
  table.sort(names)
  for index, name in ipairs(names) do names[index] = url.encode(name) .. "=" .. url.encode(tostring(query[name])) end
  return table.concat(names, "&")
end

--- Headers that are signed, by name in lower case; values of a repeated name are sorted and joined.
local function canonical_headers(headers)
  local values, names = {}, {}
  for _, pair in ipairs(headers) do
    local name = pair[1]:lower()
    if name == "host" or name == "content-type" or name:find("^x%-acs%-") then
      if not values[name] then
        values[name] = {}
        names[#names + 1] = name
      end
      table.insert(values[name], text.trim(pair[2]))
    end
  end
  table.sort(names)
  local lines = {}
  for index, name in ipairs(names) do
    table.sort(values[name])
    lines[index] = name .. ":" .. table.concat(values[name], ",") .. "\n"
  end
  return table.concat(lines), table.concat(names, ";")
end

--- Signs a request.
---@param request { method: string, path: string, query: table<string, string>, headers: string[][], payload_sha256: string }
---@return { canonical_request: string, string_to_sign: string, signature: string, authorization: string }
function M.sign(request, key_id, key_secret)
  local block, names = canonical_headers(request.headers)
  local canonical = table.concat({
    request.method, request.path, canonical_query(request.query), block, names, request.payload_sha256,
  }, "\n")
  local to_sign = "ACS3-HMAC-SHA256\n" .. crypto.digest("sha256", canonical, "hex")
  local signature = crypto.hmac("sha256", key_secret, to_sign, "hex")
  return {
    canonical_request = canonical, string_to_sign = to_sign, signature = signature,
    authorization = "ACS3-HMAC-SHA256 Credential=" .. key_id .. ",SignedHeaders=" .. names .. ",Signature=" .. signature,
  }
end

--- The signature of the older RPC style (setting `signature`), in which the method, "/" and the parameters are signed.
function M.sign_rpc(method, parameters, key_secret)
  local to_sign = method .. "&" .. url.encode("/") .. "&" .. url.encode(canonical_query(parameters))
  return crypto.hmac("sha1", key_secret .. "&", to_sign, "base64")
end

return M
