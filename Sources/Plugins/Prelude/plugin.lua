-- SPDX-License-Identifier: Apache-2.0
-- The part of the plugins' API that is easier said in Lua. Runs before the plugin, in its state.
local token_get, token_put, token_fail, token_drop = __token_get, __token_put, __token_fail, __token_drop

--- Marks a table as a list, so that an empty one is written as [].
array = __array

token = {}

--- A shared access token. `fetch(stale)` is called by one call only, however many need the token; it returns the token and for how
--- many seconds it is good, or nil, message, code. `stale` is the token last dropped, if any.
function token.get(name, fetch)
  local value, reason, code = token_get(name)
  if value then return value end
  if code ~= "fetch" then return nil, reason, code end
  local fresh, seconds, why = fetch(reason)
  if not fresh then
    token_fail(name, seconds or "the access token could not be fetched", why or "token")
    return nil, seconds, why
  end
  token_put(name, fresh, seconds)
  return fresh
end

--- The platform says this token is invalid: forget it, unless there is a newer one already.
function token.drop(name, value)
  return token_drop(name, value)
end

-- What came of a send.
function sent(external_id)
  if type(external_id) ~= "table" then return { outcome = "sent", external_id = external_id } end
  return { outcome = "sent", external_id = external_id[1], external_ids = external_id[2] ~= nil and external_id or nil }
end
function retry(reason, after) return { outcome = "retry", reason = reason, after = after } end
function held(reason) return { outcome = "held", reason = reason } end
function failed(reason) return { outcome = "failed", reason = reason } end
function misconfigured(reason) return { outcome = "misconfigured", reason = reason } end

-- What a hook answers.
function accept(messages, answer)
  local reply = { status = 200, body = "", messages = messages }
  if answer then for name, value in pairs(answer) do reply[name] = value end end
  return reply
end
function refuse(status, reason) return { status = status, body = "", reason = reason } end
