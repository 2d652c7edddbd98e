// SPDX-License-Identifier: Apache-2.0
import Desk

/// A small shop's examples.
enum SampleShop {
    static let examples: Value = [
        "shipping_time": [
            "zh-CN": [
                "多久发货", "什么时候发货", "今天下单什么时候能发", "怎么还没发货", "几天能到", "大概几天送到", "发货了吗", "快递多久能到北京", "下单后多长时间发货",
                "预计哪天送达", "现在拍今天发吗", "什么时候能收到货",
            ],
            "en": [
                "when will it ship", "how long does shipping take", "when will my order arrive", "has my order shipped yet",
                "how many days for delivery", "delivery time to Shanghai", "when do you send it out", "is it shipped today",
            ],
        ],
        "price": [
            "zh-CN": ["多少钱", "这个怎么卖", "价格是多少", "现在什么价", "有优惠吗", "能便宜点吗", "打折吗", "最低多少钱", "一件多少钱", "这款售价多少"],
            "en": [
                "how much is it", "what is the price", "how much does this cost", "any discount", "can you make it cheaper",
                "price of the red one", "is it on sale", "what does it cost",
            ],
        ],
        "return_goods": [
            "zh-CN": ["我要退货", "怎么退货", "可以退吗", "不想要了想退", "退货流程是什么", "收到不合适能退吗", "申请退货", "七天无理由怎么退", "想把东西退回去", "退货地址发我"],
            "en": [
                "I want to return this", "how do I return an item", "can I send it back", "return policy", "start a return",
                "it does not fit, I want to return it", "where do I send the return", "return address please",
            ],
        ],
        "stock": [
            "zh-CN": ["还有货吗", "有现货吗", "什么时候补货", "红色的还有吗", "L码有没有", "库存还有多少", "缺货了吗", "这款断货了吗", "黑色有没有现货", "还能买到吗"],
            "en": [
                "is it in stock", "do you have it in black", "when will it be restocked", "is size L available", "out of stock?",
                "any left in red", "do you still have this", "availability of the blue one",
            ],
        ],
        "human": [
            "zh-CN": ["转人工", "人工客服", "我要找人工", "叫真人来", "不要机器人", "接人工服务", "找客服", "能跟真人说话吗", "人工在吗", "帮我转客服"],
            "en": [
                "talk to a human", "real person please", "agent please", "I want to speak to someone",
                "customer service representative",
                "stop the bot", "connect me to an agent", "human support",
            ],
        ],
    ]
}
