-- SPDX-License-Identifier: Apache-2.0
-- The service accounts (客服帐号) of a channel: those that the setting names, else all that WeCom lists.
-- Source: developer.work.weixin.qq.com/document/path/94661, state 2026-07.
local api = require "wechat.api"

local M = {}

-- How long WeCom's list is taken as it was, in seconds; a new account's bells are heard meanwhile.
local LIST_LIFE = 600
local PAGE, PAGES = 100, 50

local function named(channel)
  local list = channel.settings.open_kfid
  if not list then return nil end
  local ids = {}
  for id in list:gmatch("[^,%s]+") do ids[#ids + 1] = id end
  return ids
end

--- Whether the account is one of the channel's; without the setting all are.
function M.is_ours(channel, account)
  local list = named(channel)
  if not list then return true end
  for _, id in ipairs(list) do if id == account then return true end end
  return false
end

--- Every account of the channel.
---@return string[]? ids, string? reason
function M.list(channel)
  local ids = named(channel) or store.get("accounts")
  if ids then return ids end
  ids = array {}
  for page = 0, PAGES - 1 do
    local result = api.call(channel, "/cgi-bin/kf/account/list", {}, {
      method = "POST", json = { offset = page * PAGE, limit = PAGE }, timeout = "5s",
    })
    if result.class ~= "ok" then return nil, "kf/account/list: " .. result.reason end
    local listed = type(result.json.account_list) == "table" and result.json.account_list or {}
    for _, account in ipairs(listed) do
      if type(account) == "table" and type(account.open_kfid) == "string" and #account.open_kfid <= 128 then
        ids[#ids + 1] = account.open_kfid
      end
    end
    if #listed < PAGE then break end
  end
  store.set("accounts", ids, LIST_LIFE)
  return ids
end

return M
