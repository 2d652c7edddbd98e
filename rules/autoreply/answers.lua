-- SPDX-License-Identifier: Apache-2.0
-- Questions that need no person. `intent` goes by the examples in data/intents.json, the answers stand in data/knowledge.json.
local products = require "lib.products"

reply "price" {
  why = "Prices change in data/products.json, not here.",
  match = intent "price",
  text = function(c)
    local product = products.find(c.message.text)
    if not product then return i18n "price_which" end
    return i18n("price_of", { item = products.name(product, c.language), price = product.price })
  end,
  examples = {
    { given = { text = "双肩包多少钱", intent = "price" }, reply = "199" },
    { given = { text = "这个多少钱", intent = "price" }, reply = "哪" },
    { given = { text = "how much are the headphones", intent = "price", language = "en" }, reply = "399" },
  },
}

reply "stock" {
  why = "The shop's system tells the truth about single sizes; this is the short answer.",
  match = intent "stock",
  text = function(c)
    local product = products.find(c.message.text)
    if not product then return i18n "stock_which" end
    return i18n(product.in_stock and "stock_yes" or "stock_no", { item = products.name(product, c.language) })
  end,
  examples = {
    { given = { text = "耳机有货吗", intent = "stock" }, reply = "有现货" },
    { given = { text = "茶具什么时候补货", intent = "stock" }, reply = "缺货" },
  },
}

reply "shipping_time" {
  match = any { intent "shipping_time", eq("message.fields.option", "shipping") },
  confidence = 0.65, knowledge = "shipping",
  examples = {
    { given = { intent = "shipping_time" }, reply = "48 小时" },
    { given = { intent = "shipping_time", language = "en" }, reply = "48 hours" },
    { given = { intent = "shipping_time", confidence = 0.5 }, not_matched = true },
  },
}
reply "shipping_fee" { match = intent "shipping_fee", knowledge = "shipping_fee" }
reply "invoice" { match = intent "invoice", knowledge = "invoice" }
reply "discount" { match = intent "discount", knowledge = "discount" }
reply "payment" { match = intent "payment", knowledge = "payment" }
reply "opening_hours" { match = intent "opening_hours", knowledge = "opening_hours" }
reply "thanks" { match = intent "thanks", knowledge = "thanks" }

reply "picture" {
  why = "The bot cannot see; a person can.",
  match = one_of("message.kind", { "image", "voice", "video", "file" }),
  priority = 20,
  text = i18n "handover",
  hand_off = { note = i18n "note_picture" },
  examples = { { given = { kind = "image" }, reply = "转接" }, { given = { text = "x" }, not_matched = true } },
}
