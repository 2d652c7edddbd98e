-- SPDX-License-Identifier: Apache-2.0
-- What must raise the alarm, in the words of frightened people, and what must not.
-- Add what your customers really wrote: a sentence here that fails shows the word that is missing in data/words.json or data/intents.json.

local fraud = {
  "我给骗子转钱了", "账户被盗了", "有人冒充公安让我转账", "刚才被电信诈骗了", "钱莫名其妙没了",
  "有一笔消费不是我做的", "我把密码告诉对方了", "刷单被骗", "对方骗了我两万",
  "我微信收到假银行短信还填了密码", "i got scammed", "My account has been hacked", "someone used my card without permission",
  "收到短信说我的账户冻结让我点链接", "I clicked the link in a text message about my account",
  "I gave the caller my verification code", "I think I got phished", "unknown withdrawals on my account",
}
local crisis = {
  "想自杀", "不想活了", "活着没意思", "我想结束自己", "I don't want to live anymore", "I want to end it all",
}
local lost_card = {
  "卡不见了", "我的信用卡被偷了", "丢卡了", "帮我把卡冻结一下", "card got stolen", "i cannot find my card",
  "手机丢了", "I lost my phone", "freeze card please", "somebody stole my wallet",
}
local advice = {
  "买什么基金赚钱", "现在买黄金合适吗", "帮我推荐理财", "哪个理财收益高", "should I buy stocks now",
  "is this fund worth buying", "保证收益吗", "is this investment guaranteed",
}
local card_data = {
  "6217001234567890123", "卡号是6222021234567890128 谢谢", "4111111111111111", "cvv 123", "my pin is 4321", "密码是 abc123456",
  "my password is hunter2", "密码是hunter2帮我登录一下", "the code they sent me is A7X9K2", "my pin is four two seven one", "取款密码是一二三四五六",
  "Password: Sommer2024!", "验证码为 a8c7",
}
local complaint = { "催收电话一直打给我家人" }
local ordinary = {
  "转账手续费多少", "怎么提前还款", "忘记密码了", "怎么开户", "新卡怎么激活", "利率多少", "怎么防诈骗",
  "我的手机号13912345678", "申请编号 DK2026110100012", "收不到验证码", "how do I get my credit report", "loan rate",
  "my phone number changed", "what is the daily limit", "what is the password policy?", "my password is wrong", "the code is not coming",
  "密码是多少位的", "密码错误次数太多", "密码是在哪里改", "is my password safe with you", "my pin is blocked since yesterday",
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

all("fraud", fraud)
all("complaint", complaint)
all("crisis", crisis)
all("lost_card", lost_card)
all("advice", advice)
all("card_data", card_data)

for _, text in ipairs(ordinary) do
  test("no alarm: " .. text) (function(t)
    t:customer(text)
    t:bot "*"
    t:expect { no_tags = { "fraud", "crisis", "lost_card", "card_data" } }
  end)
end
