-- SPDX-License-Identifier: Apache-2.0
-- Content safety (内容安全): texts with msg_sec_check version 2, pictures and sounds with media_check_async, whose result comes as an
-- event within 30 minutes. Source: "文本内容安全识别", "多媒体内容安全识别", state 2026-07.
local api = require "wechat.api"

local M = {}

-- Longest content of one check, in characters.
local TEXT_LIMIT = 2500
-- Results arrive within 30 minutes; the platform repeats itself a little later.
local TRACE_LIFE = 2 * 3600
local SCENE = { profile = 1, comment = 2, forum = 3, social = 4 }
local LABELS = {
  ["100"] = "normal", ["10001"] = "ads", ["20001"] = "politics", ["20002"] = "porn", ["20003"] = "abuse", ["20006"] = "crime",
  ["20008"] = "fraud", ["20012"] = "vulgar", ["20013"] = "copyright", ["21000"] = "other",
}
local RANK = { pass = 0, review = 1, risky = 2 }

--- Whether the setting asks for checks of this side's content.
---@param side "agents"|"customers"
function M.wanted(channel, side)
  local what = channel.settings.content_check
  return what == "all" or what == side
end

--- The verdict of an answer or event; a detail counts only if its own errcode is 0.
---@return { suggest: string, label: string, trace_id?: string }?
function M.verdict(value)
  local result = type(value.result) == "table" and value.result
  if not result or not RANK[result.suggest] then return nil end
  local suggest, label = result.suggest, tostring(result.label or "")
  for _, item in ipairs(type(value.detail) == "table" and value.detail or {}) do
    if type(item) == "table" and tostring(item.errcode or 0) == "0" and (RANK[item.suggest] or 0) > RANK[suggest] then
      suggest, label = item.suggest, tostring(item.label or "")
    end
  end
  local trace = value.trace_id
  return { suggest = suggest, label = LABELS[label] or label, trace_id = type(trace) == "string" and trace or nil }
end

--- Pieces of at most 2500 characters.
local function pieces(words)
  local list = {}
  while utf8.len(words) > TEXT_LIMIT do
    local stop = utf8.offset(words, TEXT_LIMIT + 1) - 1
    list[#list + 1] = words:sub(1, stop)
    words = words:sub(stop + 1)
  end
  list[#list + 1] = words
  return list
end

local function base(channel, openid)
  return { version = 2, scene = SCENE[channel.settings.content_scene] or 2, openid = openid }
end

--- Checks a text; the worst verdict of its pieces, or nil where the check cannot say (unreachable, customer not active for 2 h).
---@param openid string
---@param limit string how long to wait, such as "2s"
function M.text(channel, openid, words, limit)
  words = text.clean(words)
  if text.trim(words) == "" then return nil end
  local worst
  for _, piece in ipairs(pieces(words)) do
    local body = base(channel, openid)
    body.content = piece
    local result = api.call(channel, "/wxa/msg_sec_check", {}, { method = "POST", json = body, timeout = limit })
    if result.class ~= "ok" then
      metric.count("content_check_unavailable")
      log.info("a text could not be checked", { reason = tostring(result.code or result.class) })
      return worst
    end
    local verdict = M.verdict(result.json)
    if verdict and (not worst or RANK[verdict.suggest] > RANK[worst.suggest]) then worst = verdict end
  end
  return worst
end

--- Asks for the check of a picture or sound; its result finds the message again by the trace id.
---@param about { sender: string, external_id?: string, message_id?: string }
---@return string? trace_id
function M.media(channel, openid, kind, address, about, limit)
  local body = base(channel, openid)
  body.media_url, body.media_type = address, kind == "voice" and 1 or 2
  local result = api.call(channel, "/wxa/media_check_async", {}, { method = "POST", json = body, timeout = limit })
  local trace = result.class == "ok" and result.json.trace_id
  if type(trace) ~= "string" or #trace > 200 then
    metric.count("content_check_unavailable")
    return nil
  end
  store.set("check:" .. trace, about, TRACE_LIFE)
  return trace
end

--- The event `wxa_media_check` as a message about the customer's conversation; nil where nobody asked.
function M.inbound(f)
  local trace = f.trace_id
  if type(trace) ~= "string" or trace == "" or #trace > 200 then return nil end
  local about = store.get("check:" .. trace)
  if type(about) ~= "table" then return nil end
  local failed_code = tostring(f.errcode or "0")
  local verdict = failed_code == "0" and M.verdict(f) or { suggest = "unknown", label = "" }
  return {
    kind = "event", sender = about.sender, external_id = "check:" .. trace,
    sent_at = math.tointeger(tonumber(f.CreateTime)),
    fields = {
      name = "content_checked", suggest = verdict.suggest, label = verdict.label, trace_id = trace,
      about_external_id = about.external_id, about_message_id = about.message_id,
      error_code = failed_code ~= "0" and failed_code or nil,
    },
  }
end

--- Adds the verdict to what a customer sent. Nothing is withheld: agents and rules decide.
function M.annotate(message, channel)
  if not M.wanted(channel, "customers") then return end
  local f = message.fields
  if message.kind == "text" and not f.placeholder then
    local verdict = M.text(channel, message.sender, message.text or "", "1500ms")
    if verdict then f.content_check = verdict end
  elseif message.kind == "image" and f.url then
    local about = { sender = message.sender, external_id = message.external_id }
    local trace = M.media(channel, message.sender, "image", f.url, about, "1500ms")
    if trace then f.content_check = { suggest = "pending", trace_id = trace } end
  end
end

--- Before one of our messages goes out: an outcome where it must not.
function M.refusal(message, channel)
  if not M.wanted(channel, "agents") then return nil end
  local f = message.fields or {}
  local words = { message.text or "", f.title or "", f.description or "" }
  if message.kind == "menu" then
    for _, option in ipairs(f.options or {}) do words[#words + 1] = tostring(option.text or "") end
  end
  local verdict = M.text(channel, message.recipient, table.concat(words, "\n"), "5s")
  if verdict and verdict.suggest == "risky" then
    metric.count("content_check_refused")
    return failed("the platform's content check finds it risky: " .. verdict.label)
  end
  if (message.kind == "image" or message.kind == "voice") and type(f.url) == "string" and f.url:find("^https?://") then
    M.media(channel, message.recipient, message.kind, f.url, { sender = message.recipient, message_id = message.id }, "5s")
  end
  return nil
end

return M
