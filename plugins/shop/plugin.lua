-- SPDX-License-Identifier: Apache-2.0
-- The demo shop's order system: what a flow asks when a customer wants to return something. A real desk has its own here.
local orders = {}
for _, order in ipairs(data.read("orders.json").orders) do orders[order.no] = order end

local stock = data.read("orders.json").stock

--- Order numbers as customers type them: full-width digits, blanks and a leading "#" do not matter.
local function normal(no)
  local text = tostring(no or ""):gsub("[%s#-]", "")
  for digit = 0, 9 do text = text:gsub("\xef\xbc" .. string.char(0x90 + digit), tostring(digit)) end
  return text
end

return plugin {
  name = "shop",
  kind = "data",
  version = "1.0.0",
  title = "Demo shop",

  calls = {
    --- { no } → { no, item, status, shipped_at, amount, … } or null.
    order = function(args) return orders[normal(args.no)] end,

    --- { item } → { item, stock, price } or null.
    stock = function(args)
      local wanted = tostring(args.item or ""):lower()
      for _, item in ipairs(stock) do
        if item.item:lower() == wanted or item.sku:lower() == wanted then return item end
      end
      return nil
    end,
  },
}
