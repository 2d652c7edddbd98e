-- SPDX-License-Identifier: Apache-2.0
-- What must raise the alarm, in the words of frightened people, and what must not. Add what your customers really wrote.

local danger = {
  "手机电池着火了", "充电宝电池鼓包了还冒烟", "插上就漏电，电到我了", "水壶炸了烫伤了手", "用了面霜脸过敏了", "孩子吃了你们的零食后过敏了", "吃了你们的零食拉肚子",
  "The battery caught fire and burned my hand", "the charger got very hot and melted", "my son had an allergic reaction to the cream",
  "I got an electric shock from the kettle", "food poisoning from your snacks",
}
local ordinary = {
  "这个会过敏吗", "电池能用多久", "充电器多少钱", "什么时候发货", "is there a smoke grey one", "does it burn calories", "how hot does the kettle get",
}

for _, text in ipairs(danger) do
  test("danger: " .. text) (function(t)
    t:customer(text)
    t:bot(i18n "danger")
    t:expect { state = "queued", tags = { "danger" }, team = "complaints" }
  end)
end

for _, text in ipairs(ordinary) do
  test("no danger: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { no_tags = { "danger" } }
  end)
end
