-- SPDX-License-Identifier: Apache-2.0
-- What must raise the alarm, in the words of frightened people, and what must not.
-- Add what your customers really wrote: a sentence here that fails shows the word that is missing in data/words.json or data/intents.json.

local emergency = {
  "我心口疼", "我快不能呼吸了", "孩子发烧40度抽搐了", "有人晕倒了", "吃了一瓶安眠药", "老人摔倒了不省人事",
  "孩子吞了电池", "喝了农药", "呼吸不了了", "胸闷气短", "嘴歪了说不清话", "流血不止", "煤气中毒", "被车撞了",
  "我妈突然昏过去了", "孩子噎着了脸都紫了", "心脏特别难受出冷汗", "从梯子上摔下来动不了", "I cant breathe",
  "my chest hurts badly", "severe bleeding", "she is not breathing", "heart pain, arm numb", "allergic reaction face swelling", "my baby is blue",
  "he fell and hit his head, he is unconscious", "I feel like I'm having a heart attack", "my throat is closing up", "grandma had a stroke",
  "she drank bleach", "老公喝了百草枯", "孩子吃了老鼠药", "怀孕出血了", "I'm pregnant and bleeding",
}
local crisis = {
  "想自杀", "不想活了", "活着没意思", "我想结束自己", "I don't want to live anymore", "I want to end it all",
}
local pharmacy = {
  "布洛芬能吃两片吗", "阿莫西林一天几次", "can I take paracetamol twice a day", "what dose of amoxicillin for my son",
}
local triage = {
  "我胃疼是什么病", "这个CT结果严重吗", "我是不是怀孕了", "我孩子发烧39度怎么办", "被狗咬了怎么办", "a dog bit me", "do I have diabetes", "what illness do I have",
  "我得了癌症还能活多久",
}
local ordinary = {
  "我要挂号", "挂号费多少", "体检要空腹吗", "皮肤痒挂什么科", "咳嗽挂什么科", "停车多少钱", "药吃完了想续方",
  "孩子发烧38度挂什么科", "HPV疫苗怎么约", "我头疼怎么回事", "病假条怎么开", "what are your opening hours",
  "book an appointment", "my throat hurts a bit, which department", "cancel my appointment", "do you have flu shots",
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

all("emergency", emergency)
all("crisis", crisis)
all("pharmacy", pharmacy)
all("triage", triage)

for _, text in ipairs(ordinary) do
  test("no alarm: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { no_tags = { "emergency", "crisis" } }
  end)
end
