-- SPDX-License-Identifier: Apache-2.0
-- Calls of the Bot API, and what its answers mean. The token stands in the address: no address may reach a log.
local no_file = require "no_file"
local retry_after = require "retry_after"

local M = {}

local function base(channel) return (channel.settings.api_base:gsub("/+$", "")) end

--- Words without the token.
function M.masked(channel, reason)
  local token_text = channel.settings.bot_token:gsub("%p", "%%%0")
  return (tostring(reason or "no answer"):gsub(token_text, "***"))
end

--- What to do with an answer.
---@param answer { status: integer, headers?: table, body?: string }
---
--- `action` is ok, retry, retry_with_chat_id, fail_permanent or misconfigured.
---@return { action: string, wait_s?: integer, chat_id?: integer, reason: string, result?: any }
function M.read(answer)
  local value = answer.body and json.decode(answer.body)
  if type(value) ~= "table" then
    local action = (answer.status >= 500 or answer.status == 429) and "retry" or "fail_permanent"
    return { action = action, wait_s = retry_after.seconds((answer.headers or {})["retry-after"]), reason = "HTTP " .. answer.status }
  end
  if value.ok == true then return { action = "ok", reason = "", result = value.result } end
  local code = math.tointeger(value.error_code) or answer.status
  local more = type(value.parameters) == "table" and value.parameters or {}
  local out = { reason = code .. " " .. text.truncate(tostring(value.description or ""), 300) }
  if math.tointeger(more.migrate_to_chat_id) then
    out.action, out.chat_id = "retry_with_chat_id", math.tointeger(more.migrate_to_chat_id)
  elseif code == 429 then
    local wait = math.tointeger(more.retry_after) or retry_after.seconds((answer.headers or {})["retry-after"])
    out.action, out.wait_s = "retry", wait and math.min(wait, retry_after.CAP)
  elseif code >= 500 or code == 409 then
    out.action = "retry"
  elseif code == 401 or code == 404 then
    out.action = "misconfigured"
  else
    out.action = "fail_permanent"
  end
  return out
end

--- One call. `options` are json or multipart, and a timeout.
---@return table read `action` may also be "lost": nobody knows whether Telegram acted
function M.call(channel, method, options)
  local answer, reason, code = http.post(base(channel) .. "/bot" .. channel.settings.bot_token .. "/" .. method, options)
  if not answer then
    local action = code == "connect" and "retry" or code == "forbidden" and "misconfigured" or "lost"
    return { action = action, reason = M.masked(channel, reason) }
  end
  return M.read(answer)
end

--- Downloads a file by its id; Telegram gives up to 20 MB.
function M.download(channel, file_id)
  local found = M.call(channel, "getFile", { json = { file_id = file_id }, timeout = "10s" })
  if found.action ~= "ok" then return nil, found.reason, "media" end
  local path = type(found.result) == "table" and found.result.file_path
  if type(path) ~= "string" or not path:find("^[%w_%-./]+$") or path:find("..", 1, true) or path:sub(1, 1) == "/" then
    return nil, "getFile names no path", "media"
  end
  local answer, reason = http.get(base(channel) .. "/file/bot" .. channel.settings.bot_token .. "/" .. path, {
    into = "media", timeout = "30s",
  })
  if not answer then return nil, M.masked(channel, reason), "network" end
  if not answer.media then return nil, no_file(answer), "media" end
  return answer.media
end

return M
