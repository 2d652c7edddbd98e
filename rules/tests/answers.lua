-- SPDX-License-Identifier: Apache-2.0
-- What is answered without a person. The same steps as in the scripts (*.conv), with Lua around them.

-- Which answer of data/knowledge.json belongs to which question; what it says may change at any time.
local answers = {
  { "多久发货", "shipping" }, { "运费多少", "shipping_fee" }, { "可以开发票吗", "invoice" }, { "有优惠吗", "discount" }, { "怎么付款", "payment" },
  { "你们几点上班", "opening_hours" }, { "谢谢", "thanks" },
  { "how long does shipping take", "shipping" }, { "do you take visa", "payment" }, { "when are you open", "opening_hours" },
  { "any discounts", "discount" }, { "thank you", "thanks" },
}

for _, pair in ipairs(answers) do
  test("answers " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot { knowledge = pair[2] }
    t:expect { state = "bot", silent = true }
  end)
end

for _, text in ipairs { "你好", "hi" } do
  test("answers " .. text) (function(t)
    t:customer(text)
    t:bot(i18n "hello")
    t:expect { state = "bot", silent = true }
  end)
end

-- What is asked about a product, whatever is sold today.
local asked = {
  { "耳机卖多少", "price" }, { "How much is the tea set?", "price" }, { "茶具什么时候到货", "stock" }, { "is the backpack still in stock?", "stock" },
}
for _, pair in ipairs(asked) do
  test("understands " .. pair[1]) (function(t)
    t:customer(pair[1])
    t:bot "*"
    t:expect { state = "bot", matched = pair[2], silent = true }
  end)
end

-- "Which one?" is a question that the next message answers, with what data/products.json has today.
local which = {
  { language = "zh-CN", name = "zh", price = "这个多少钱", stock = "有现货吗" },
  { language = "en", name = "en", price = "what is the price", stock = "is it in stock" },
}
for _, product in ipairs(data "products") do
  for _, words in ipairs(which) do
    local name = product[words.name]
    test("knows the price and stock of " .. name) (function(t)
      t:given { language = words.language }
      t:customer(words.price)
      t:bot(i18n "price_which")
      t:customer(name)
      t:bot(i18n("price_of", { item = name, price = product.price }))
      t:customer(words.stock)
      t:bot(i18n "stock_which")
      t:customer(name)
      t:bot(i18n(product.in_stock and "stock_yes" or "stock_no", { item = name }))
      t:expect { state = "bot", silent = true }
    end)
  end
end

test "speaks the customer's language, whatever language a single word is in" (function(t)
  t:given { language = "en" }
  t:customer "when will it ship"
  t:bot { knowledge = "shipping" }
  t:customer "多久发货"
  t:bot { knowledge = "shipping" }
  t:expect { language = "en" }
end)

test "greets with a menu that works" (function(t)
  t:given { language = "zh-CN" }
  t:customer { kind = "event", fields = { name = "enter" } }
  t:bot(i18n "greeting")
  t:customer { kind = "menu", text = "多久发货", fields = { option = "shipping" } }
  t:bot { knowledge = "shipping" }
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
  t:bot(i18n "handover_picture")
  t:expect { state = "queued", team = "service", note = i18n "note_picture" }
end)

test "refunds and complaints go to the right people" (function(t)
  t:customer "我要退款"
  t:bot(i18n "refund")
  t:expect { team = "after_sales", tags = { "refund" }, state = "queued" }
end)

test "a complaint interrupts a return" (function(t)
  t:customer "我要退货"
  t:bot(i18n "which_order")
  t:customer "我要投诉"
  t:bot(i18n "complaint")
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
  t:bot(i18n "handover")
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
