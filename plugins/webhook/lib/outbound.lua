-- SPDX-License-Identifier: Apache-2.0
-- What we post to the other system: signed, with a key that is the same for each try, so that it may be repeated without harm.
local downgrade = require "downgrade"
local retry_after = require "retry_after"
local signature = require "signature"

local M = {}

local FILES = { image = true, voice = true, video = true, file = true }

--- One call. With a file the body has two parts: `message`, which is what is signed, and `file`.
---@param value table what is said, as JSON
---@param options { timeout?: string, media?: string, key?: string }
---@return table? answer, string? reason, string? code
function M.post(channel, value, options)
  local s = channel.settings
  local body = json.encode(value)
  local headers = signature.headers(s.secret, body)
  headers["x-delivery-id"] = crypto.random(16, "hex")
  headers["idempotency-key"] = options.key
  if s.authorization then headers.authorization = s.authorization end
  local request = { headers = headers, timeout = options.timeout or "10s" }
  if options.media then
    request.multipart = { { name = "message", body = body, content_type = "application/json" }, { name = "file", media = options.media } }
    request.timeout = "60s"
  else
    request.body, request.content_type = body, "application/json"
  end
  return http.post(s.api_base, request)
end

--- A message of ours in the shape of data/schema.json.
---@return table? value, string? media nil and the reason where a file can be told neither by itself nor as a link
function M.value(message, channel)
  local value = {
    type = "message", id = message.id, channel = channel.id, to = message.recipient, kind = message.kind, text = message.text,
    fields = {}, author = message.author, attempt = message.attempt,
  }
  local sends_file = FILES[message.kind] and message.fields.media_id and not channel.settings.text_only
  if channel.settings.text_only and message.kind ~= "text" then
    local words, reason = downgrade.text(message)
    if not words then return nil, reason end
    value.kind, value.text = "text", words
    return value
  end
  for name, item in pairs(message.fields) do if name ~= "media_id" and name ~= "thumb_media_id" then value.fields[name] = item end end
  if not sends_file then return value end
  local known = media.info(message.fields.media_id)
  value.fields.file = {
    name = message.fields.name or known and known.name, content_type = known and known.content_type, byte_count = known and known.byte_count,
  }
  return value, message.fields.media_id
end

local function words_of(value, status)
  local reason = type(value) == "table" and (value.reason or value.error)
  return text.truncate("HTTP " .. status .. (type(reason) == "string" and ": " .. reason or ""), 300)
end

--- What the other system's answer means.
---@param id string our id, by which it may report when it names none of its own
function M.outcome(answer, id)
  local value = answer.body and answer.body ~= "" and json.decode(answer.body) or nil
  local status, words = answer.status, words_of(value, answer.status)
  if status >= 200 and status < 300 then
    local given = type(value) == "table" and value or {}
    if given.outcome == "held" then return held(words) end
    if given.outcome == "failed" then return failed(words) end
    if given.outcome == "retry" then return retry(words, tonumber(given.after)) end
    local theirs = (type(given.id) == "string" or math.type(given.id) == "integer") and tostring(given.id) or ""
    return sent(theirs ~= "" and theirs:sub(1, 300) or id)
  end
  -- It has this key already.
  if status == 409 then return sent(id) end
  if status == 401 or status == 403 or status == 404 or status == 405 or status == 410 then return misconfigured(words) end
  -- Redirects are not followed: no message of a customer's goes where the operator did not send it.
  if status >= 300 and status < 400 then return misconfigured(words .. " (a redirect: write the new address into api_base)") end
  if status == 408 or status == 425 or status == 429 or status >= 500 then
    return retry(words, retry_after.seconds(answer.headers["retry-after"]))
  end
  return failed(words)
end

--- Sends a message. A lost answer is no trouble: the same key is posted again.
function M.send(message, channel)
  if not channel.settings.api_base then return misconfigured("api_base is not set: this channel only takes messages in") end
  local value, file = M.value(message, channel)
  if not value then return failed(file) end
  if value.kind == "text" and text.trim(value.text) == "" then return failed("there is nothing to send") end
  local answer, reason, code = M.post(channel, value, { media = file, key = message.id })
  if not answer then
    if code == "forbidden" then return misconfigured(reason) end
    return retry(reason)
  end
  return M.outcome(answer, message.id)
end

return M
