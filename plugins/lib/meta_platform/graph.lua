-- SPDX-License-Identifier: Apache-2.0
-- Calls of Meta's Graph API, and what its errors mean. Source: developers.facebook.com, "Messenger Platform error codes", "WhatsApp Cloud
-- API error codes", "Securing Graph API requests" (appsecret_proof), 2026-07.
local no_file = require "no_file"
local retry_after = require "retry_after"

local M = {}

local ACTIONS = {}
local function list(action, codes) for code in codes:gmatch("%d+") do ACTIONS[math.tointeger(tonumber(code))] = action end end

list("retry", "1 2 4 17 32 341 613 1200 80001 80002 80003 80004 80005 80006 80007 80008 80009 80014 130429 131000 131016 131048 131056 131057 133004 135000")
list("misconfigured", "0 3 10 33 102 190 368 459 460 463 464 467 131005 131031 131042 131045 132000 132001 132005 132007 132012 132015 132016 133000 133005 133006 133008 133009 133010 133015 133016")
list("failed", "100 551 130472 130497 131008 131009 131021 131026 131037 131049 131050 131051 131052 131053 131062 132068 132069")
list("window", "131047")

-- Subcodes say more than codes.
local SUBCODES = {
  [2018278] = "window", [2018065] = "window", [2534022] = "window", [2018001] = "failed", [2018108] = "failed", [1545041] = "failed",
  [2018028] = "misconfigured", [2018027] = "misconfigured", [2018109] = "failed", [2018164] = "misconfigured",
}

-- Seconds that limits of theirs are worth waiting for.
local PAUSES = { [131056] = 60, [131048] = 3600, [4] = 300, [32] = 300, [80006] = 300, [80007] = 300 }

--- What an error asks for.
---@param e table the error object
---@return "retry"|"misconfigured"|"failed"|"window"
function M.meaning(e)
  local code, subcode = math.tointeger(tonumber(e.code)), math.tointeger(tonumber(e.error_subcode))
  if subcode and SUBCODES[subcode] then return SUBCODES[subcode] end
  if code == 10 and tostring(e.message):lower():find("outside of allowed window", 1, true) then return "window" end
  if code and ACTIONS[code] then return ACTIONS[code] end
  if code and code >= 200 and code < 300 then return "misconfigured" end
  if e.is_transient == true then return "retry" end
  return "failed"
end

local function reason_of(e)
  local details = type(e.error_data) == "table" and e.error_data.details or nil
  local words = tostring(e.code or "") .. (e.error_subcode and "/" .. tostring(e.error_subcode) or "") .. " "
  words = words .. tostring(e.message or e.title or "") .. (type(details) == "string" and ": " .. details or "")
  return text.truncate(text.trim(words), 300)
end
M.reason = reason_of

--- What to do with an answer.
---@return { action: "ok"|"retry"|"misconfigured"|"failed"|"window", reason: string, code?: integer, subcode?: integer, after?: number, json?: table, status: integer }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  local e = type(value) == "table" and value.error
  local after = retry_after.seconds(answer.headers["retry-after"])
  if type(e) ~= "table" then
    if answer.status < 300 and type(value) == "table" then return { action = "ok", reason = "", json = value, status = answer.status } end
    -- A page of something in between: nobody knows whether Meta was asked at all.
    if answer.status < 300 then return { action = "lost", reason = "HTTP " .. answer.status .. " without JSON", status = answer.status } end
    local action = (answer.status >= 500 or answer.status == 429 or answer.status == 408) and "retry"
      or (answer.status == 401 or answer.status == 403) and "misconfigured" or "failed"
    return { action = action, reason = "HTTP " .. answer.status, after = after, status = answer.status }
  end
  local code = math.tointeger(tonumber(e.code))
  local action = M.meaning(e)
  if action == "failed" and not ACTIONS[code] and (answer.status >= 500 or answer.status == 429) then action = "retry" end
  return {
    action = action, reason = reason_of(e), code = code, subcode = math.tointeger(tonumber(e.error_subcode)),
    after = after or PAUSES[code], status = answer.status,
  }
end

--- The proof that the token is used by who knows the app's secret.
function M.proof(access_token, app_secret) return crypto.hmac("sha256", app_secret, access_token, "hex") end

--- A function that makes calls. Messenger takes the token as a parameter, WhatsApp in a header.
---@param place "query"|"header"
---@return fun(channel: Channel, path: string, options: table): table
function M.caller(place)
  --- One call. `path` stands after the version, without "/" in front; `options` are those of http.request, `query` holds further
  --- parameters. The action of what it gives may also be "lost": nobody knows whether Meta acted.
  return function(channel, path, options)
    local s = channel.settings
    local request = {
      url = s.api_base:gsub("/+$", "") .. "/" .. s.api_version .. "/" .. path, headers = {},
      query = { appsecret_proof = M.proof(s.access_token, s.app_secret) },
    }
    if place == "query" then
      request.query.access_token = s.access_token
    else
      request.headers.authorization = "Bearer " .. s.access_token
    end
    for name, value in pairs(options.query or {}) do request.query[name] = value end
    for name, value in pairs(options) do if name ~= "query" then request[name] = value end end
    local answer, reason, code = http.request(request)
    if not answer then
      if code == "connect" then return { action = "retry", reason = reason } end
      if code == "forbidden" then return { action = "misconfigured", reason = reason } end
      return { action = "lost", reason = reason }
    end
    return M.read(answer)
  end
end

--- The outcome of a send that Meta did not take.
function M.outcome(found)
  if found.action == "retry" then return retry(found.reason, found.after) end
  if found.action == "misconfigured" then return misconfigured(found.reason) end
  return failed(found.reason)
end

--- Uploads a file once and remembers the id that Meta gave it.
---@param id string our file
---@param seconds integer for how long Meta keeps it
---@param again boolean forget what is remembered
---@param upload fun(): table read with json holding `field`
---@return string? id, table? problem
function M.uploaded(kind, id, seconds, again, field, upload)
  local key = "upload:" .. kind .. ":" .. id
  local known = not again and store.get(key)
  if known then return known end
  local found = upload()
  if found.action ~= "ok" then return nil, found.action == "lost" and { action = "retry", reason = found.reason } or found end
  local value = found.json[field]
  if type(value) ~= "string" and type(value) ~= "number" then
    return nil, { action = "retry", reason = "the answer to the upload holds no " .. field }
  end
  store.set(key, tostring(value), seconds)
  return tostring(value)
end

--- Fetches a file from an address that Meta gave; only from its own hosts.
---@param headers? table
function M.download(address, headers)
  local answer, reason, code = http.get(address, { headers = headers, into = "media", timeout = "30s" })
  if not answer then return nil, reason, code end
  if answer.media then return answer.media end
  return nil, no_file(answer), answer.status >= 500 and "network" or "media"
end

return M
