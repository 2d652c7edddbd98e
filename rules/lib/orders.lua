-- SPDX-License-Identifier: Apache-2.0
-- What we know about the shop's orders. Pure functions: no waiting, no asking.
local orders = {}

local known = { paid = true, shipped = true, delivered = true, returned = true }

--- The status as the texts call it (`status_…`); anything new is "other".
---@param order table as the call shop.order gives it
---@return string
function orders.status(order)
  return known[order.status] and order.status or "other"
end

--- Why an order cannot be returned by itself: the key of a text; nil if it can.
---@param order table
---@return string?
function orders.why_not(order)
  if order.returnable == false then return "return_not_possible" end
  if order.status == "returned" then return "return_already" end
  if order.status == "paid" then return "return_not_shipped" end
  return nil
end

--- An order number within a sentence: 8 to 20 digits, letters in front allowed.
---@param text string?
---@return string?
function orders.number_in(text)
  local letters, digits = (text or ""):match("(%a*)%-?(%d+)")
  if digits and #digits >= 8 and #digits <= 20 then return letters:upper() .. digits end
  return nil
end

return orders
