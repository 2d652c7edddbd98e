-- SPDX-License-Identifier: Apache-2.0
-- STOP and START. Who has said STOP is sent nothing until START; both are reported as events, for rules and agents to see.
-- Source: CTIA Messaging Principles (STOP words); 通信短信息服务管理规定 (退订), where T, TD and N are what operators print.
local M = {}

local function set(words)
  local out = {}
  for word in words:gmatch("%S+") do out[word] = true end
  return out
end

local STOP = set "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT ARRET 退订 取消订阅 停止"
local STOP_IN_CHINA = set "T TD N 0000 00000 QX"
local START = set "START UNSTOP 订阅 恢复订阅"
-- These lift a STOP, but are ordinary answers of anybody else.
local START_AFTER_STOP = set "YES Y 是"

-- How long gateways may repeat a callback, in seconds.
local REPEATS = 7 * 86400

local function key(sender) return "opted_out:" .. sender end

-- Marks around a word that do not change it.
local MARKS = { ".", "!", "。", "！", "\"", "'", "“", "”", "‘", "’", "【", "】" }

--- The text without blanks and marks around it, and without the "reply" that people copy from the notice.
local function bare(words)
  local word = text.trim(words):upper()
  local before
  repeat
    before = word
    for _, mark in ipairs(MARKS) do
      if word:sub(1, #mark) == mark then word = word:sub(#mark + 1) end
      if #word >= #mark and word:sub(-#mark) == mark then word = word:sub(1, -#mark - 1) end
    end
    word = text.trim(word)
  until word == before
  for _, start in ipairs { "回复", "回" } do
    if word:sub(1, #start) == start then return text.trim(word:sub(#start + 1)) end
  end
  return word
end

--- What a text asks for by itself: only the whole text counts, never a word in a sentence.
---@param words string
---@param sender string E.164 where it is known
---@return "opt_out"|"opt_in"|nil
function M.meaning(words, sender)
  if #words > 100 then return nil end
  local word = bare(words)
  if STOP[word] or (sender:sub(1, 3) == "+86" and STOP_IN_CHINA[word]) then return "opt_out" end
  if START[word] then return "opt_in" end
  if START_AFTER_STOP[word] and M.has_stopped(sender) then return "opt_in" end
  return nil
end

--- The last word of a sender: `{ stopped, at }`, `at` in seconds where the platform tells the time.
local function last_word(sender)
  local kept = store.get(key(sender))
  -- Of a version that kept only that there was a STOP.
  if kept == true then return { stopped = true } end
  return type(kept) == "table" and kept or { stopped = false }
end

---@param sender string E.164 where it is known, as everywhere here
---@return boolean
function M.has_stopped(sender) return last_word(sender).stopped end

--- Keeps what was asked for. A word that was said before the last one changes nothing, whenever it arrives.
---@param meaning "opt_out"|"opt_in"
---@param sender string
---@param at? integer seconds since 1970
function M.keep(meaning, sender, at)
  local last = last_word(sender)
  if at and last.at and at < last.at then return end
  store.set(key(sender), { stopped = meaning == "opt_out", at = at })
end

--- A text message, or the event that it is.
---@param message InboundMessage with a text
---@param told? "opt_out"|"opt_in" what the platform says of it
---@return InboundMessage
function M.read(message, told)
  local meaning = told or M.meaning(message.text or "", message.sender)
  if not meaning then return message end
  -- A callback that comes again, perhaps after the customer has changed their mind, is no new word.
  local mark = "opt:" .. message.external_id
  if not store.get(mark) then
    M.keep(meaning, message.sender, message.sent_at)
    store.set(mark, true, REPEATS)
  end
  message.kind = "event"
  message.fields = message.fields or {}
  message.fields.name = meaning
  return message
end

M.REFUSAL = "the customer has opted out (STOP); a START of theirs lifts it"

return M
