-- SPDX-License-Identifier: Apache-2.0
-- WeCom customer service (微信客服): a push is only a bell, the messages are pulled with sync_msg.
local M = {}

--- Reads a page of sync_msg.
---@return { next_cursor: string, has_more: boolean, items: table[] }?, string? message, string? code
function M.page(body)
  local value, message, code = json.decode(body)
  if type(value) ~= "table" then return nil, message or "no JSON object", code or "bad_json" end
  local errcode = math.tointeger(tonumber(value.errcode or 0))
  if errcode ~= 0 then return nil, errcode .. " " .. tostring(value.errmsg), "refused" end
  local items = type(value.msg_list) == "table" and value.msg_list or {}
  return { next_cursor = tostring(value.next_cursor or ""), has_more = value.has_more == 1, items = items }
end

--- Whose customer an item is about and by which account: events carry both inside.
---@return string? customer, string? account
function M.parties(item)
  local inner = item.msgtype == "event" and item.event or item
  return inner.external_userid, inner.open_kfid
end

return M
