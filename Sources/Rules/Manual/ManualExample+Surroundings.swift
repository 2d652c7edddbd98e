// SPDX-License-Identifier: Apache-2.0

extension ManualExample {
    /// What lies beside every example, by path.
    package static let surroundings = [
        "rules.lua": """
        return { name = "manual", api = 1, language = "en", time_zone = "+08:00" }
        """,
        "i18n/en.lua": """
        return { hello = "Hello {name}!", which_order = "Which order?" }
        """,
        "i18n/zh-CN.lua": """
        return { hello = "{name}，您好！", which_order = "请问订单号？" }
        """,
        "data/knowledge.json": """
        { "shipping": { "en": "It ships within 48 hours.", "zh-CN": "48 小时内发货。" } }
        """,
        "data/intents.json": """
        {
          "price": { "en": ["how much is it", "what does it cost"], "zh-CN": ["多少钱", "价格是多少"] },
          "stock": { "en": ["is it in stock", "do you have it"], "zh-CN": ["有货吗", "还有库存吗"] }
        }
        """,
        "data/words.json": """
        { "rude": ["stupid", "useless"] }
        """,
        "lib/prices.lua": """
        local prices = { cup = 12 }
        function prices.of(item) return prices[item] end
        return prices
        """,
    ]

    /// What the examples about tests are played on.
    package static let testedRules = """
        reply "greeting" { match = keywords "hi", text = "Hello!", tags = "greeted", set = { greeted = true } }
        reply "person" { match = keywords "person", text = "One moment.", hand_off = { note = "wants a person" } }
        route "all" { on = "handoff", assign = { team = "service", sla = "standard" } }
        escalate "late" {
          match = eq("conversation.state", "queued"), after = "60s", of = "waiting",
          raise_priority = 2,
          notify = { team = "service", text = "Somebody waits." },
          open_ticket = { subject = "Late answer" },
        }
        flow "order" {
          start = keywords "order",
          state = { no = "string?" },
          stages = {
            ask = function(chat, s)
              s.no = chat:ask("no", { text = "Which order?", expect = pattern.order_no, timeout = "10m" })
              chat:set_customer { last_order = s.no }
              return "look"
            end,
            look = function(chat, s)
              local order, problem = chat:call("shop.order", { no = s.no })
              chat:say(order and order.status or problem or "no such order")
              return chat:done()
            end,
          },
        }
        flow "payment" {
          start = keywords "pay",
          stages = {
            wait = function(chat)
              chat:say "Please pay now."
              local paid = chat:wait_event("paid", { name = "paid", timeout = "1h" })
              chat:say(paid and "Thank you!" or "Not paid.")
              return chat:done()
            end,
          },
        }
        """
}
