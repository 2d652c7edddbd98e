-- SPDX-License-Identifier: Apache-2.0
-- Weibo's pushes: whether they are Weibo's, fresh, and first of their kind. The signature does not cover the body, so whoever has seen one
-- address could post another body under it: the first body that came with a signature owns it.
-- Source: open.weibo.com/wiki, 消息推送服务, 2026-07.
local M = {}

-- Milliseconds since 1970 have this many digits at least, seconds fewer.
local MILLISECONDS_FROM = 100000000000
local REQUIRED = { "signature", "timestamp", "nonce" }

--- SHA-1 over secret, timestamp and nonce in the order of their bytes.
function M.sign(app_secret, timestamp, nonce)
  local parts = { app_secret, timestamp, nonce }
  table.sort(parts)
  return crypto.digest("sha1", table.concat(parts), "hex")
end

local function parameter_problem(query, names)
  for name, value in pairs(query) do
    if type(value) ~= "string" then return "duplicate_param:" .. name:sub(1, 40) end
  end
  for _, name in ipairs(names) do
    if not query[name] or query[name] == "" then return "missing_param:" .. name end
  end
end

--- Seconds since 1970, or nil where the text is no time.
local function seconds_of(timestamp)
  local number = timestamp:find("^%d+$") and #timestamp <= 18 and math.tointeger(tonumber(timestamp))
  if not number then return nil end
  return number >= MILLISECONDS_FROM and number // 1000 or number
end

local function age_problem(timestamp, max_skew)
  if max_skew <= 0 then return nil end
  local number = seconds_of(timestamp)
  if not number then return "bad_timestamp" end
  if math.abs(time.now() - number) > max_skew then return "stale_timestamp" end
end

--- Another body under a signature that was seen before. A repetition by the platform has the same.
local function is_replay(signature, body, seconds)
  local key, sum = "signature:" .. signature, crypto.digest("sha1", body, "hex")
  local owner = store.get(key)
  if owner then return owner ~= sum end
  store.set(key, sum, seconds)
  return false
end

local STATUS = { bad_method = 405, missing_param = 400, duplicate_param = 400, bad_timestamp = 400, bad_json = 400 }

--- The HTTP status for a reason.
function M.status(reason) return STATUS[reason:match("^[^:]+")] or 403 end

--- Reads the fields of a body; numbers keep their digits as texts.
---@return table?
local function parse(body)
  local value = json.decode(body, { scalars = "text" })
  if type(value) ~= "table" or value[1] ~= nil then return nil end
  for _, name in ipairs { "type", "sender_id", "created_at" } do
    if type(value[name]) ~= "string" or value[name] == "" then return nil end
  end
  return value
end

--- Opens a request in the order that the platform's contract names.
---@param config { app_secret: string, account?: string, max_skew: integer, bind_signature: boolean }
---@return { echo?: string, fields?: table }? opened, string? reason
function M.open(request, config)
  if request.method ~= "GET" and request.method ~= "POST" then return nil, "bad_method" end
  local query = request.query
  local names = { table.unpack(REQUIRED) }
  if request.method == "GET" then names[#names + 1] = "echostr" end
  local problem = parameter_problem(query, names)
  if problem then return nil, problem end
  local signature = query.signature:lower()
  if config.app_secret == "" or not crypto.equal(signature, M.sign(config.app_secret, query.timestamp, query.nonce)) then
    return nil, "bad_signature"
  end
  problem = age_problem(query.timestamp, config.max_skew)
  if problem then return nil, problem end
  if request.method == "GET" then return { echo = query.echostr } end
  -- Twice the skew: a signature is good for as long before its time as after it.
  local life = config.max_skew > 0 and config.max_skew * 2 + 60 or 7 * 86400
  if config.bind_signature and is_replay(signature, request.body, life) then
    log.warning("a second body came under a signature of Weibo and is refused")
    return nil, "replay"
  end
  local fields = parse(request.body)
  if not fields then return nil, "bad_json" end
  local receiver = fields.receiver_id
  if config.account and type(receiver) == "string" and receiver ~= "" and receiver ~= config.account then
    return nil, "account_mismatch"
  end
  return { fields = fields }
end

return M
