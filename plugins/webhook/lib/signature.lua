-- SPDX-License-Identifier: Apache-2.0
-- One signature for both directions: X-Signature: v0=hex(HMAC-SHA256(secret, "v0:" .. timestamp .. ":" .. body)), the timestamp in
-- seconds since 1970 in X-Signature-Timestamp. The construction is Slack's ("Verifying requests from Slack").
local in_force = require "in_force"

local M = {}

---@param secret string
---@param timestamp string
---@param body string
---@return string
function M.sign(secret, timestamp, body)
  return "v0=" .. crypto.hmac("sha256", secret, "v0:" .. timestamp .. ":" .. body, "hex")
end

--- The headers for a body that we post.
function M.headers(secret, body)
  local timestamp = tostring(time.now())
  return { ["x-signature-timestamp"] = timestamp, ["x-signature"] = M.sign(secret, timestamp, body) }
end

--- Whether a request is genuine and fresh.
---@param request Request
---@param settings { secret: string, tolerance: integer, previous_secret?: string, previous_until?: string }
---@return boolean, "missing_signature"|"bad_timestamp"|"bad_signature"|"stale"|nil
function M.check(request, settings)
  local timestamp, given = request.headers["x-signature-timestamp"], request.headers["x-signature"]
  if type(timestamp) ~= "string" or type(given) ~= "string" then return false, "missing_signature" end
  if not timestamp:find("^%d+$") or #timestamp > 12 then return false, "bad_timestamp" end
  local good = false
  for _, secret in ipairs(in_force(settings, "secret")) do
    if secret ~= "" and crypto.equal(given, M.sign(secret, timestamp, request.body)) then good = true end
  end
  if not good then return false, "bad_signature" end
  if math.abs(time.now() - math.tointeger(tonumber(timestamp))) > settings.tolerance then return false, "stale" end
  return true
end

return M
