-- SPDX-License-Identifier: Apache-2.0
-- Calls of a platform's API and what their answers mean. A result is { outcome, code?, value?, reason } with one of these outcomes:
-- ok; token (fetch a new token, repeat once); later (try again); window (time or count used up); refused (for good, this message);
-- misconfigured; unknown (nobody can tell: perhaps it was delivered, so it is not repeated).
local M = {}

--- A reader of JSON answers that carry a code.
---@param rules { code: fun(json: table): any, words: fun(json: table): any, classes: table<string, string>, value?: fun(json: table): table?, success?: string, other?: string }
--- `success` is the code of success ("0"); no code at all means success where `bare` is true; `value` gives nil where an answer
--- lacks what was asked for, and then it is no success.
function M.reader(rules)
  return function(value)
    local code = rules.code(value)
    if code == nil and not rules.bare then return { outcome = "unknown", reason = "the answer holds no code" } end
    code = code == nil and (rules.success or "0") or tostring(code)
    local reason = code .. " " .. text.truncate(tostring(rules.words(value) or ""), 300)
    if code ~= (rules.success or "0") then
      return { outcome = rules.classes[code] or rules.other or "refused", code = code, reason = reason, json = value }
    end
    local found = rules.value and rules.value(value) or {}
    if rules.value and next(found) == nil then return { outcome = "unknown", reason = "the answer lacks what was asked for" } end
    return { outcome = "ok", value = found, reason = "", json = value }
  end
end

--- Reads an HTTP answer with a reader.
---@param answer { status: integer, body?: string }
function M.read(answer, reader)
  if answer.status >= 500 or answer.status == 429 then return { outcome = "later", reason = "HTTP " .. answer.status } end
  local body = answer.body or ""
  local value = body:find("^%s*{") and json.decode(body)
  if type(value) ~= "table" then return { outcome = "unknown", reason = "HTTP " .. answer.status .. " without a JSON object" } end
  return reader(value, body)
end

--- Makes one call. Reasons name no address: secrets stand in some.
---@param options HTTPOptions
function M.call(options, reader)
  local answer, _, why = http.request(options)
  if answer then
    if answer.media then return { outcome = "ok", value = {}, reason = "", media = answer.media } end
    return M.read(answer, reader)
  end
  if why == "connect" then return { outcome = "later", reason = "no connection" } end
  if why == "forbidden" then return { outcome = "misconfigured", reason = "the address is none that this plugin may call" } end
  return { outcome = "unknown", reason = "no answer (" .. tostring(why) .. ")" }
end

--- What `token.get` wants of a result whose value holds access_token and expires_in (seconds).
function M.fetched(result)
  if result.outcome == "ok" then return result.value.access_token, tonumber(result.value.expires_in) or 7200 end
  return nil, "access token: " .. result.reason, result.outcome
end

--- Makes a call with the channel's shared token; one that is called invalid is fetched anew, and the call repeated, once.
---@param fetch fun(stale?: string): string?, any, string?
---@param call fun(access: string): table
function M.with_token(name, fetch, call)
  local result
  for _ = 1, 2 do
    local access, reason, code = token.get(name, fetch)
    if not access then
      -- Asking for a token changes nothing for the customer: what is unknown there may be asked again.
      local lasting = code == "misconfigured" or code == "refused" or code == "token"
      return { outcome = lasting and "misconfigured" or "later", reason = reason or "no access token", code = nil }
    end
    result = call(access)
    if result.outcome ~= "token" then return result end
    token.drop(name, access)
  end
  result.outcome = "misconfigured"
  return result
end

--- What the outbox does with a result that is not ok.
function M.outcome(result)
  local outcome, reason = result.outcome, result.reason
  if outcome == "ok" then return sent(result.value and (result.value.external_ids or result.value.external_id)) end
  if outcome == "later" then return retry(reason, result.after) end
  if outcome == "window" then return result.held and held(reason) or failed(reason) end
  if outcome == "misconfigured" or outcome == "token" then return misconfigured(reason) end
  if outcome == "unknown" then return failed(reason .. "; the customer may have received it, so it is not repeated") end
  return failed(reason)
end

--- What `login` gives where a result is not ok.
function M.no_login(result)
  local code = "network"
  if result.outcome == "refused" then code = result.login or "bad_code" end
  if result.outcome == "misconfigured" or result.outcome == "token" then code = "misconfigured" end
  return nil, result.reason, code
end

--- An address of the settings without its last slashes.
function M.base(address) return (address:gsub("/+$", "")) end

--- A text that is there, or nil.
function M.optional(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil
end

return M
