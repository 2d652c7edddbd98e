-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

local answers = {
  { "多久发货", "48 小时" }, { "运费多少", "包邮" }, { "可以开发票吗", "电子发票" }, { "有优惠吗", "优惠券" },
  { "怎么付款", "微信支付" }, { "你们几点上班", "9:00" }, { "谢谢", "不客气" }, { "耳机卖多少", "399" }, { "茶具什么时候到货", "缺货" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot(pair[2])
    t:expect { state = "bot", silent = true }
  end)
end

test "speaks the customer's language" (function(t)
  t:given { language = "en" }
  t:customer "when will it ship"
  t:bot "48 hours"
end)

test "greets with a menu that works" (function(t)
  t:customer { kind = "event", fields = { name = "enter" } }
  t:bot "您好"
  t:customer { kind = "menu", text = "多久发货", fields = { option = "shipping" } }
  t:bot "48 小时"
end)

test "a picture goes to a person" (function(t)
  t:customer { kind = "image", fields = { url = "https://shop.example/p.jpg" } }
  t:bot "转接"
  t:expect { state = "queued", team = "service", note = "图片" }
end)

test "refunds and complaints go to the right people" (function(t)
  t:customer "我要退款"
  t:bot "售后"
  t:expect { team = "after_sales", tags = { "refund" }, state = "queued" }
end)

test "a complaint interrupts a return" (function(t)
  t:customer "我要退货"
  t:bot "订单号"
  t:customer "我要投诉"
  t:bot "投诉专员"
  t:expect { team = "complaints", tags = { "complaint" }, flow = "none" }
end)
