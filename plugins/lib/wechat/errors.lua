-- SPDX-License-Identifier: Apache-2.0
-- What an answer of WeChat's API means for the message that was sent.
-- Source: the error tables of "Send customer service message" and "Access token", state 2026-07.
local M = {}

local CLASS = {
  [0] = "ok",
  [-1] = "retry_later", [45011] = "retry_later", [45033] = "retry_later",
  [40001] = "refresh_token_and_retry_once", [40014] = "refresh_token_and_retry_once", [42001] = "refresh_token_and_retry_once",
  [45009] = "quota_of_the_day_used",
  [45015] = "window_closed",
  [45047] = "reply_quota_used",
  [45002] = "split_or_shorten", [45008] = "split_or_shorten",
  [40003] = "give_up", [40007] = "give_up", [43101] = "give_up", [44002] = "give_up", [44004] = "give_up", [70000] = "give_up",
  [40004] = "give_up", [40006] = "give_up", [45001] = "give_up", [41005] = "give_up",
  [40002] = "configuration", [40008] = "configuration", [40013] = "configuration", [40033] = "configuration",
  [40125] = "configuration", [40164] = "configuration", [40243] = "configuration", [41001] = "configuration",
  [41002] = "configuration", [41004] = "configuration", [43002] = "configuration", [47001] = "configuration",
  [48001] = "configuration", [48002] = "configuration", [50004] = "configuration", [50007] = "configuration",
  [89503] = "configuration", [89506] = "configuration", [89507] = "configuration",
  -- Subscribe and template messages.
  [40037] = "configuration", [41030] = "configuration", [43107] = "configuration", [43108] = "retry_later",
  [45168] = "give_up", [47003] = "give_up",
  -- WeCom customer service (微信客服).
  [40058] = "configuration", [60020] = "configuration",
  [95000] = "configuration", [95004] = "configuration", [95003] = "configuration", [95005] = "configuration",
  [95006] = "configuration", [95026] = "configuration", [95027] = "configuration", [95011] = "configuration",
  [95012] = "configuration", [95015] = "configuration", [95017] = "configuration", [95023] = "configuration",
  [95032] = "configuration", [95001] = "reply_quota_used",
  [95002] = "window_closed", [95013] = "window_closed", [95031] = "window_closed",
}
for code = 40230, 40240 do CLASS[code] = "configuration" end

--- The class of an error code; an unknown one is not tried again.
function M.class(code) return CLASS[code] or "give_up" end

--- Reads an answer.
---@param answer { status: integer, headers: table, body: string }
---@return { class: string, code?: integer, reason: string, json?: table }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  if type(value) ~= "table" then
    return { class = "retry_later", reason = "HTTP " .. answer.status .. " without JSON" }
  end
  if answer.status >= 500 then return { class = "retry_later", reason = "HTTP " .. answer.status } end
  local code = value.errcode
  if code == nil then return { class = "ok", reason = "", json = value } end
  code = math.tointeger(tonumber(code)) or -1
  -- The errmsg ends in the platform's request id (rid), which its support asks for.
  local reason = code .. " " .. text.truncate(tostring(value.errmsg or ""), 300)
  return { class = M.class(code), code = code, reason = reason, json = value }
end

--- What the outbox does with a class.
---@param result { class: string, code?: integer, reason: string }
function M.outcome(result)
  local class, reason = result.class, result.reason
  if class == "ok" then return sent() end
  if class == "retry_later" then
    return retry(reason, result.code == 45011 and 60 - time.now() % 60 + 1 or nil)
  end
  if class == "quota_of_the_day_used" then return retry(reason, time.until_midnight(8) + 60) end
  if class == "reply_quota_used" then return held(reason) end
  if class == "configuration" or class == "refresh_token_and_retry_once" then return misconfigured(reason) end
  return failed(reason)
end

return M
