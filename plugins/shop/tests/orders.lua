-- SPDX-License-Identifier: Apache-2.0
test("an order is found however its number is typed", function(t)
  for _, no in ipairs { "20251101001", " 2025 1101 001 ", "#20251101001", "２０２５１１０１００１", 20251101001 } do
    local order = t.call("calls.order", { no = no })
    t.equal(order and order.no, "20251101001", "number " .. no)
  end
  t.equal(t.call("calls.order", { no = "1" }), nil)
  t.equal(t.call("calls.order", {}), nil)
end)

test("stock is found by name or article number", function(t)
  t.equal(t.call("calls.stock", { item = "bag-01" }).stock, 42)
  t.equal(t.call("calls.stock", { item = "nothing" }), nil)
end)
