-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. What an intent is, is learnt from the examples in data/intents.json; the answers stand in
-- data/knowledge.json and data/products.json, so that nobody has to touch this file to change one.
local products = require "lib.products"

-- For the examples: what is sold today, at today's price.
local one = products.first
local price_zh, price_en = { item = one.zh, price = one.price }, { item = one.en, price = one.price }
local stock = one.in_stock and "stock_yes" or "stock_no"

reply "price" {
  why = "Prices change in data/products.json, not here.",
  match = intent "price",
  act = function(c, out)
    local product = products.find(c.message.text)
    if product then
      out:reply(products.price(product, c.language))
    else
      out:set { asked = "price" }
      out:reply(i18n("price_which", { items = products.list(c.language) }))
    end
  end,
  examples = {
    { given = { intent = "price", text = one.zh .. "多少钱" }, reply = i18n("price_of", price_zh) },
    { given = { intent = "price", text = "how much is the " .. one.en, language = "en" }, reply = i18n("price_of", price_en) },
    { given = { text = "这个多少钱" }, reply = i18n "price_which" },
    { given = { text = "what is the price", language = "en" }, reply = i18n("price_which", { items = products.list "en" }) },
  },
}

reply "stock" {
  why = "What is on hand changes in data/products.json, not here.",
  match = intent "stock",
  act = function(c, out)
    local product = products.find(c.message.text)
    if product then
      out:reply(products.stock(product, c.language))
    else
      out:set { asked = "stock" }
      out:reply(i18n("stock_which", { items = products.list(c.language) }))
    end
  end,
  examples = {
    { given = { intent = "stock", text = one.zh .. "有货吗" }, reply = i18n(stock, { item = one.zh }) },
    { given = { intent = "stock", text = "is the " .. one.en .. " in stock", language = "en" }, reply = i18n(stock, { item = one.en }) },
    { given = { text = "还有现货吗" }, reply = i18n "stock_which" },
  },
}

-- The answer to our question which one; or both, for somebody who looks around.
local function answer_product(c, out)
  local asked = c.conversation.attributes.asked
  local answer = asked == "price" and products.price or asked == "stock" and products.stock or products.both
  out:set { asked = "" }
  out:reply(answer(products.find(c.message.text), c.language))
end

reply "product_named" {
  why = "A product's name and nothing else: the answer to our question which one, or somebody who looks around.",
  priority = 5,
  match = eq("message.kind", "text"),
  when = function(c) return products.is_only_name(c.message.text) end,
  act = answer_product,
  examples = {
    { given = { text = one.zh, attributes = { asked = "price" } }, reply = i18n("price_of", price_zh) },
    { given = { text = "The " .. one.en .. "!", language = "en", attributes = { asked = "stock" } }, reply = i18n(stock, { item = one.en }) },
    { given = { text = one.zh }, reply = { i18n("price_of", price_zh), i18n(stock, { item = one.zh }) } },
    { given = { text = one.zh .. "多少钱" }, not_matched = true },
    { given = { text = "咕噜咕噜" }, not_matched = true },
  },
}

reply "product_mentioned" {
  why = "\"The black headphones, I think\": also an answer to our question which one.",
  stage = "fallback", priority = 15,
  match = one_of("conversation.attributes.asked", { "price", "stock" }),
  when = function(c) return products.find(c.message.text) ~= nil end,
  act = answer_product,
  examples = {
    { given = { text = "嗯嗯" .. one.zh .. one.zh, attributes = { asked = "price" } }, reply = i18n("price_of", price_zh) },
    { given = { text = "嗯嗯" .. one.zh .. one.zh }, not_matched = true },
    { given = { text = "咕噜咕噜", attributes = { asked = "price" } }, not_matched = true },
  },
}

reply "shipping_time" {
  why = "The question we are asked most; the answer is the same for everybody.",
  match = any { intent "shipping_time", eq("message.fields.option", "shipping") },
  confidence = 0.6, knowledge = "shipping",
  examples = {
    { given = { text = "多久发货" }, knowledge = "shipping" },
    { given = { text = "when will it ship", language = "en" }, knowledge = "shipping" },
    { given = { intent = "shipping_time", confidence = 0.5 }, not_matched = true },
  },
}

reply "shipping_fee" { match = intent "shipping_fee", knowledge = "shipping_fee", examples = { { given = { text = "运费多少" }, knowledge = "shipping_fee" } } }
reply "discount" { match = intent "discount", knowledge = "discount", examples = { { given = { text = "有优惠吗" }, knowledge = "discount" } } }
reply "payment" { match = intent "payment", knowledge = "payment", examples = { { given = { text = "怎么付款" }, knowledge = "payment" } } }
reply "invoice" { match = intent "invoice", knowledge = "invoice", examples = { { given = { text = "可以开发票吗" }, knowledge = "invoice" } } }
reply "opening_hours" { match = intent "opening_hours", knowledge = "opening_hours", examples = { { given = { text = "你们几点上班" }, knowledge = "opening_hours" } } }
reply "thanks" { match = intent "thanks", knowledge = "thanks", examples = { { given = { text = "谢谢" }, knowledge = "thanks" } } }
