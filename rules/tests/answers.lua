-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

local answers = {
  { "多久发货", "48 小时" }, { "运费多少", "包邮" }, { "可以开发票吗", "电子发票" }, { "有优惠吗", "优惠券" }, { "怎么付款", "微信支付" },
  { "你们几点上班", "9:00" }, { "谢谢", "不客气" }, { "耳机卖多少", "399" }, { "茶具什么时候到货", "缺货" }, { "你好", "您好" },
  { "how long does shipping take", "48 hours" }, { "is the backpack still in stock?", "in stock" }, { "How much is the tea set?", "268" },
  { "do you take visa", "cards" }, { "when are you open", "9:00" }, { "any discounts", "Coupons" }, { "hi", "Hello" }, { "thank you", "welcome" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot(pair[2])
    t:expect { state = "bot", silent = true }
  end)
end

test "speaks the customer's language, whatever language a single word is in" (function(t)
  t:given { language = "en" }
  t:customer "when will it ship"
  t:bot "48 hours"
  t:customer "多久发货"
  t:bot "48 hours"
end)

test "greets with a menu that works" (function(t)
  t:given { language = "zh-CN" }
  t:customer { kind = "event", fields = { name = "enter" } }
  t:bot "您好"
  t:customer { kind = "menu", text = "多久发货", fields = { option = "shipping" } }
  t:bot "48 小时"
end)

for _, text in ipairs { "收到的包是坏的", "少发了一件", "wrong color delivered", "it arrived broken" } do
  test("what came wrong begins a return: " .. text) (function(t)
    t:customer(text)
    t:expect { flow = "return_goods" }
  end)
end

test "a picture goes to a person" (function(t)
  t:given { language = "zh-CN" }
  t:customer { kind = "image", fields = { url = "https://shop.example/p.jpg" } }
  t:bot "收到"
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

-- Customers have many words for a person.
local wanted = {
  "人工", "转人工", "人工！", "人工人工人工", "我要人工", "请转人工客服，谢谢", "能不能让真人来", "不要机器人", "叫客服出来", "我要和客服说话", "ＲＧ转人工",
  "agent", "AGENT!", "human please", "can I talk to a real person", "I want to speak to someone", "customer service please",
}
for _, text in ipairs(wanted) do
  test("a person for: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { state = "queued", team = "service", matched = "human" }
  end)
end

-- What belongs to people goes to the right ones.
local teams = {
  { "我要投诉", "complaints" }, { "我要举报你们卖假货", "complaints" }, { "I want to complain", "complaints" },
  { "我要退款", "after_sales" }, { "退款怎么还没到账", "after_sales" }, { "I want my money back", "after_sales" },
  { "收货地址写错了", "after_sales" }, { "cancel my order please", "after_sales" },
}
for _, pair in ipairs(teams) do
  test("goes to " .. pair[2] .. ": " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot "*"
    t:expect { state = "queued", team = pair[2] }
  end)
end

test "who bought something this week and wants a person gets after-sales" (function(t)
  t:given { last_purchase = "-2d" }
  t:customer "转人工"
  t:bot "转接"
  t:expect { team = "after_sales" }
end)

test "small talk is not answered with shipping times" (function(t)
  for _, text in ipairs { "今天天气怎么样", "讲个笑话" } do
    t:customer(text)
    t:bot "*"
    t:expect { state = "bot", not_matched = { "shipping_time", "price", "stock", "human" } }
    t:expect { matched = text == "讲个笑话" and "not_understood" or "first_hello" }
  end
end)
