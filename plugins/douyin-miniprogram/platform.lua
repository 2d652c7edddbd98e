-- SPDX-License-Identifier: Apache-2.0
-- Douyin's three hosts as the desk sees them: tokens, private messages of an account, answers of a mini game.
local stand_in = require "stand_in"

local IM = { expired = 2190008, rate_limit = 2190001, busy = 28001005, refused = 28003029, unauthorized = 2190015, window = 28003070 }
local GAME = { expired = 28001003, rate_limit = 1010, busy = 2000, refused = 1003, unauthorized = 1009, window = 1003 }

local function im(code, more)
  local value = { extra = { error_code = code, description = "simulated" }, data = { error_code = code, description = "simulated" } }
  for name, item in pairs(more or {}) do value[name] = item end
  return { json = value }
end

local function token(extra)
  local data = { access_token = stand_in.token(), expires_in = 7200, error_code = 0, open_id = "simulated" }
  for name, item in pairs(extra or {}) do data[name] = item end
  return { json = { err_no = 0, data = data } }
end

return {
  faults = stand_in.faults(IM),
  answer = function(request, _, fault)
    local path = request.path
    if path == "/oauth/refresh_token/" then return token { refresh_token = "rft.simulated", refresh_expires_in = 2592000 } end
    if path == "/oauth/client_token/" or path == "/api/apps/v2/token" then return token() end
    local isCurrent = request.headers["access-token"] == stand_in.token()
    local body = json.decode(request.body) or {}
    if path == "/im/send/msg/" then
      if not isCurrent then return im(IM.expired) end
      local code = stand_in.code(fault, IM)
      if code then
        local answer = im(code)
        answer.fault = true
        return answer
      end
      local content = type(body.content) == "table" and body.content or {}
      local answer = im(0, { msg_id = "@" .. stand_in.id() })
      answer.message = { recipient = body.to_user_id, kind = content.text and "text" or "other", text = content.text and content.text.text }
      return answer
    end
    if path == "/mgplatform/api/apps/reply/reply_user_text" then
      if not isCurrent then return { json = { err_no = GAME.expired, err_tips = "simulated" } } end
      local code = stand_in.code(fault, GAME)
      if code then return { json = { err_no = code, err_tips = "simulated" }, fault = true } end
      return { json = { err_no = 0 }, message = { recipient = tostring(body.conversation_id), kind = "text", text = body.content } }
    end
    return stand_in.unknown(request)
  end,
}
