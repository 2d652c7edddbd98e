-- SPDX-License-Identifier: Apache-2.0
-- Calls of Tencent Cloud SMS (version 2021-01-11) and what its answers mean. Source: cloud.tencent.com, SendSms, 错误码, 2026-07.
local tc3 = require "tc3"

local M = {}

local VERSION, SERVICE, TYPE = "2021-01-11", "sms", "application/json; charset=utf-8"

-- By the beginning of a code; the longest that fits counts.
local ACTIONS = {
  ["AuthFailure"] = "misconfigured", ["UnauthorizedOperation"] = "misconfigured", ["UnsupportedRegion"] = "misconfigured",
  ["InvalidAction"] = "misconfigured", ["NoSuchVersion"] = "misconfigured", ["MissingParameter"] = "misconfigured",
  ["UnknownParameter"] = "misconfigured", ["InternalError"] = "retry", ["RequestLimitExceeded"] = "retry",
  ["InternalError.Timeout"] = "lost", ["InternalError.SendAndRecvFail"] = "lost",
  ["InternalError.RequestTimeException"] = "misconfigured", ["LimitExceeded"] = "retry", ["ResourceInsufficient"] = "retry",
  ["ServiceUnavailable"] = "retry",
  ["FailedOperation.InsufficientBalanceInSmsPackage"] = "misconfigured",
  ["FailedOperation.SignatureIncorrectOrUnapproved"] = "misconfigured",
  ["FailedOperation.TemplateIncorrectOrUnapproved"] = "misconfigured",
  ["FailedOperation.TemplateUnapprovedOrNotExist"] = "misconfigured", ["FailedOperation.MissingSignature"] = "misconfigured",
  ["FailedOperation.TemplateParamSetNotMatchApprovedTemplate"] = "misconfigured",
  ["FailedOperation.ServiceSuspendDueToArrears"] = "misconfigured", ["FailedOperation.FailResolvePacket"] = "failed",
  ["FailedOperation.MarketingSendTimeConstraint"] = "retry", ["InvalidParameterValue.SdkAppIdNotExist"] = "misconfigured",
}

--- Seconds until 8:00 in Beijing.
local function until_morning()
  local seconds = time.until_midnight(8) + 8 * 3600
  return seconds > 86400 and seconds - 86400 or seconds
end

local PAUSES = {
  { "ThirtySecondLimit", function() return 30 end }, { "OneHourLimit", function() return 3600 end },
  { "DailyLimit", function() return time.until_midnight(8) + 60 end },
  { "MarketingSendTimeConstraint", until_morning },
}

--- What a code asks for.
---@return { action: "ok"|"retry"|"failed"|"misconfigured"|"lost", reason: string, after?: number, code: string }
function M.meaning(code, words)
  local found = { code = code, reason = text.truncate(code .. " " .. words, 300) }
  if code == "Ok" then
    found.action = "ok"
    return found
  end
  local best = 0
  found.action = "failed"
  for start, action in pairs(ACTIONS) do
    if #start > best and code:sub(1, #start) == start then best, found.action = #start, action end
  end
  for _, pause in ipairs(PAUSES) do
    if found.action == "retry" and code:find(pause[1], 1, true) then found.after = pause[2]() end
  end
  return found
end

local function words(value) return type(value) == "string" and value or "" end

--- What to do with an answer as a whole; `json` is its Response.
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  local response = type(value) == "table" and value.Response
  if type(response) ~= "table" then
    if answer.status >= 500 or answer.status == 429 then return { action = "retry", reason = "HTTP " .. answer.status } end
    return { action = "lost", reason = "HTTP " .. answer.status .. " without a response" }
  end
  if type(response.Error) == "table" then return M.meaning(words(response.Error.Code), words(response.Error.Message)) end
  return { action = "ok", reason = "", code = "Ok", json = response }
end

--- Host with its port, as it stands in the request's Host header.
local function authority(address)
  local usual = address.scheme == "https" and 443 or 80
  local host = address.host:find(":", 1, true) and "[" .. address.host .. "]" or address.host
  return address.port == usual and host or host .. ":" .. address.port
end

--- One signed call.
function M.call(channel, action, body)
  local s = channel.settings
  local address = url.parse(s.api_base)
  local uri = address.path == "" and "/" or address.path
  local payload, now = json.encode(body), time.now()
  local signature = tc3.sign({
    method = "POST", uri = uri, query = "", payload = payload, timestamp = now, service = SERVICE,
    headers = { ["content-type"] = TYPE, host = authority(address), ["x-tc-action"] = action },
    signed_headers = { "content-type", "host", "x-tc-action" },
  }, s.secret_id, s.secret_key)
  local answer, reason, code = http.post(address.scheme .. "://" .. authority(address) .. uri, {
    headers = {
      authorization = signature.authorization, ["x-tc-action"] = action, ["x-tc-version"] = VERSION, ["x-tc-region"] = s.region,
      ["x-tc-timestamp"] = tostring(now), ["x-tc-token"] = s.session_token,
    },
    body = payload, content_type = TYPE, timeout = "10s",
  })
  if not answer then
    if code == "connect" then return { action = "retry", reason = reason } end
    if code == "forbidden" then return { action = "misconfigured", reason = reason } end
    return { action = "lost", reason = reason }
  end
  return M.read(answer)
end

return M
