// SPDX-License-Identifier: Apache-2.0

/// What customers write about anything: a keyword that is found in these is found everywhere.
enum OrdinaryTexts {
    static let all = [
        "你好，请问我的订单什么时候可以发货", "我想问一下这个有没有优惠", "这件衣服的尺码不合适，可以换吗", "我昨天买的东西还没有到",
        "你们几点上班", "麻烦帮我看一下物流到哪里了", "不好意思，我地址填错了", "这个颜色和图片上不一样", "质量怎么样，会不会掉色",
        "我要开一张发票给公司", "付款的时候一直提示失败", "好的，谢谢", "退款多久能到账", "有没有大一点的", "上次买的还不错，再来两件",
        "hello, I would like to know when my order will arrive", "is there a discount for this one",
        "the size does not fit, can I change it for another", "I have not got what I bought last week",
        "what are your opening hours on Sunday", "can you please tell me where the parcel is",
        "sorry, I gave you the wrong address", "the colour is not like in the picture", "how is the quality of it",
        "I need an invoice for my company", "the payment did not work and I tried it twice", "ok, thank you very much",
        "how long does it take until I get my money back", "do you have it in a larger size", "it was good, I will buy two more",
    ]

    /// Words that say nothing about what somebody wants.
    static let stopWords: Set<String> = [
        "的", "了", "是", "我", "你", "他", "她", "它", "在", "有", "不", "吗", "呢", "啊", "吧", "和", "就", "都", "也", "要", "这", "那",
        "个", "会", "能", "想", "好", "请问", "我们", "你们", "什么", "怎么", "可以", "一个", "没有", "这个", "那个", "一下",
        "a", "an", "the", "i", "you", "he", "she", "it", "we", "they", "is", "are", "was", "be", "to", "of", "and", "or", "in",
        "on",
        "at", "for", "with", "do", "does", "did", "can", "my", "your", "this", "that", "not", "have", "has", "please", "will",
        "would",
        "me",
    ]
}
