-- SPDX-License-Identifier: Apache-2.0
-- "Delivered" and "read" of Messenger name a time up to which they hold, so what was sent to a customer is kept with its time.
local M = {}

local LIFE, MOST = 7 * 86400, 40

local function key(customer) return "sent:" .. customer end

--- Keeps a message of ours.
---@param at integer milliseconds since 1970, before it was sent
function M.keep(customer, mid, at)
  local list = store.get(key(customer)) or array {}
  list[#list + 1] = { mid = mid, at = at }
  while #list > MOST do table.remove(list, 1) end
  store.set(key(customer), list, LIFE)
end

local function up_to(customer, watermark)
  local ids, rest = {}, array {}
  for _, item in ipairs(store.get(key(customer)) or {}) do
    if item.at <= watermark then ids[#ids + 1] = item.mid else rest[#rest + 1] = item end
  end
  return ids, rest
end

--- The receipts that an event brings.
---@return { external_id: string, delivery: string }[]
function M.of(e)
  local customer = type(e.sender) == "table" and e.sender.id
  local found = {}
  if type(customer) ~= "string" then return found end
  local function add(ids, delivery)
    for _, id in ipairs(ids) do
      if type(id) == "string" and id ~= "" and #found < 100 then found[#found + 1] = { external_id = id:sub(1, 500), delivery = delivery } end
    end
  end
  if type(e.delivery) == "table" then
    local mids = type(e.delivery.mids) == "table" and e.delivery.mids or {}
    local watermark = math.tointeger(e.delivery.watermark)
    add(mids[1] ~= nil and mids or watermark and up_to(customer, watermark) or {}, "delivered")
  elseif type(e.read) == "table" then
    local watermark = math.tointeger(e.read.watermark)
    if watermark then
      local ids, rest = up_to(customer, watermark)
      add(ids, "read")
      if ids[1] then store.set(key(customer), rest, LIFE) end
    end
  end
  return found
end

return M
