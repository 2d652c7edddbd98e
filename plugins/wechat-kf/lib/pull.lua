-- SPDX-License-Identifier: Apache-2.0
-- A bell says that an account has news; sync_msg tells them, page by page from a cursor. The cursor is remembered by the host after the
-- messages are on disk, so that nothing is lost; what is pulled twice has the same ids and counts once. Bells can be lost, and nobody hears
-- them while the desk is down: `poll` pulls without one.
local accounts = require "accounts"
local api = require "wechat.api"
local inbound = require "inbound"
local kf = require "wechat.kf"
local profiles = require "profiles"

local M = {}

local PAGE = 200
-- One answer of a hook takes 1000 messages.
local MOST = 800
-- A hook has 4 s in all, WeCom waits 5: no page is begun after this, in milliseconds.
local BUDGET = 2000
-- A poll has 30 s: no account is begun after this.
local POLL_BUDGET = 20000
-- The customer has to be greeted within 20 s.
local CODE_LIFE = 18

local function page_of(channel, account, cursor, bell)
  local body = { cursor = cursor, token = bell, limit = PAGE, open_kfid = account, voice_format = 0 }
  local result = api.call(channel, "/cgi-bin/kf/sync_msg", {}, { method = "POST", json = body, timeout = "1500ms" })
  if result.code == 95007 and bell then return page_of(channel, account, cursor, nil) end
  if result.class ~= "ok" then return nil, result.reason, result.class end
  return kf.page(result.answer.body)
end

--- A code that lets us say one thing within 20 s: at the entrance, and after the end of a session.
local function keep_code(message)
  local f = message.fields
  local code = f.event == "enter_session" and f.welcome_code or f.event == "session_status_change" and f.change_type == 3 and f.msg_code
  if type(code) ~= "string" or code == "" then return end
  local left = CODE_LIFE - (time.now() - (message.sent_at or time.now()))
  if left > 0 then store.set("code:" .. message.sender, code, math.min(left, CODE_LIFE)) end
  f.welcome_code, f.msg_code = nil, nil
end

--- The account that the customer is answered by. Known before the messages are on disk does no harm.
local function keep_account(message)
  local key, account = "account:" .. message.sender, message.fields.account
  if store.get(key) ~= account then store.set(key, account) end
end

--- What is found by a pull, before there is anything.
function M.nothing() return { messages = {}, receipts = {}, remember = {}, written = {}, more = true } end

--- Puts a page's items into what is to be accepted.
function M.collect(found, items, account)
  for _, item in ipairs(items) do
    local message, receipt = inbound.read(item, account)
    if receipt then found.receipts[#found.receipts + 1] = receipt end
    if message then
      found.messages[#found.messages + 1] = message
      if message.kind == "event" then
        keep_code(message)
      elseif not found.written[message.sender] then
        -- Who has written needs no welcome any more.
        store.remove("code:" .. message.sender)
        found.written[message.sender] = true
      end
      keep_account(message)
    end
  end
end

--- Everything new of an account.
---@param found? table what was found in other accounts, to be added to
---@return { messages: table[], receipts: table[], remember: table, more: boolean, stopped?: string }? found, string? reason
function M.all(channel, account, bell, found)
  local started = time.milliseconds()
  found = found or M.nothing()
  found.more = true
  local cursor = store.get("cursor:" .. account)
  while #found.messages + #found.receipts < MOST and time.milliseconds() - started < BUDGET do
    local page, reason = page_of(channel, account, cursor, bell)
    if not page then
      if not found.remember["cursor:" .. account] then return nil, reason end
      log.warning("sync_msg stopped between pages", { reason = reason })
      found.stopped = reason
      return found
    end
    M.collect(found, page.items, account)
    -- An empty cursor would begin again three days ago.
    if page.next_cursor ~= "" then
      cursor = page.next_cursor
      found.remember["cursor:" .. account] = cursor
    end
    if not page.has_more then
      found.more = false
      break
    end
    if page.next_cursor == "" then break end
  end
  if time.milliseconds() - started < BUDGET then profiles.add(channel, found.messages) end
  return found
end

--- Pulls every account of the channel without a bell, under the last one's token while that is good: without one WeCom counts strictly.
---@return table answer what the host's `poll` takes, or nil and the reason where no account could be asked
function M.poll(channel)
  local every = channel.settings.poll
  -- A simulated channel finds its messages in its bells.
  if every <= 0 or channel.settings.simulated then return accept({}, { again = 3600 }) end
  local list, problem = accounts.list(channel)
  if not list then return nil, problem end
  local found, asked, more, started = M.nothing(), 0, false, time.milliseconds()
  for _, account in ipairs(list) do
    if #found.messages + #found.receipts >= MOST or time.milliseconds() - started > POLL_BUDGET then
      more = true
      break
    end
    local pulled, reason = M.all(channel, account, store.get("bell:" .. account), found)
    if pulled then
      asked, more = asked + 1, more or pulled.more and not pulled.stopped
      found.stopped = nil
    else
      problem = reason
      log.warning("sync_msg failed without a bell", { account = account, reason = reason })
    end
  end
  if asked == 0 and #list > 0 then return nil, "sync_msg: " .. tostring(problem) end
  return accept(found.messages, {
    receipts = found.receipts, remember = next(found.remember) and found.remember or nil, again = more and 0 or every,
  })
end

return M
