-- SPDX-License-Identifier: Apache-2.0
-- What must raise the alarm, in the words of children, and what must not.
-- Add what your customers really wrote: a sentence here that fails shows the word that is missing in data/words.json or data/intents.json.

local crisis = {
  "想自杀", "不想活了", "活着没意思", "我想结束自己", "I don't want to live anymore", "I want to end it all", "同学打我",
  "在学校被欺负", "爸爸打我", "老师摸我", "有人在群里威胁我", "they bully me at school", "my classmates beat me up",
  "my stepdad hits me", "老师打了我儿子", "the teacher hit my daughter",
}
local refund = {
  "不想学了能退钱吗", "申请退费", "退课要扣多少钱", "refund please",
}
local tech = {
  "老师声音听不见", "进不了直播间", "no picture in class", "the zoom link doesn't work",
}
local ordinary = {
  "学费多少", "怎么请假", "作业难死了", "考试时间", "打我电话吧", "老师电话打不通", "打印证书", "can you call me",
  "what should I hit to enter the class",
}

local function all(tag, texts)
  for _, text in ipairs(texts) do
    test(tag .. ": " .. text) (function(t)
      t:customer(text)
      t:bot "*"
      t:expect { tags = { tag } }
    end)
  end
end

all("crisis", crisis)
all("refund", refund)
all("tech", tech)

for _, text in ipairs(ordinary) do
  test("no alarm: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { no_tags = { "crisis" } }
  end)
end
