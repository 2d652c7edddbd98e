// SPDX-License-Identifier: Apache-2.0

/// Words that tell a mood, with -1 … 1; and what strengthens, weakens or turns them round.
///
/// Written for customers of shops: `退款` and `投诉` alone are business, not mood, so the first is not here and the second is mild. A
/// word at 0 only keeps a shorter one inside it from being found.
enum MoodLexicon {
    static let han = Table(
        """
        -0.95 骗子 垃圾 滚蛋 去死 王八蛋 混蛋 傻逼 傻叉 他妈 妈的 气死 恶心 无耻 不要脸 要不要脸 要脸 黑店 诈骗 缺德 忽悠人 坑人 坑爹 草泥马 废物 脑残 有病吧
        -0.8 极差 太差 差劲 差评 愤怒 生气 火大 恼火 受够 欺骗 骗人 被骗 骗钱 耍我 耍人 糊弄 敷衍 忽悠 假货 欺负 霸王条款 可恶 讨厌 什么态度 什么玩意 什么破 破店 没人管 离谱 过分 荒唐 最差 再也不 曝光 起诉 法院 律师函 消协 12315 烂透 糟糕 糟透 垃圾货 投诉你
        -0.6 差 烂 坑 骗 气 失望 不满 不爽 无语 难用 难吃 难看 破损 坏了 碎了 投诉 举报 崩溃 受不了 忍无可忍 扯淡 拖延 推卸 推脱 踢皮球 不负责 不专业 没人理 没人回 不理人 不回复 不回话 不理我 态度差 服务差 质量差 浪费时间 不值 后悔 上当 心凉 心寒 服了 搞什么 搞笑呢 怎么回事啊 太慢 太久 慢死 无良 可气 坑我 白花钱 抓狂 烦死 烦人 等死 半天不 别再
        -0.4 慢 不行 难过 伤心 郁闷 烦 担心 着急 焦急 急死 急急急 急用 心慌 好慌 害怕 不安 来不及 就这 变成这样 不符 没想到你们 还没到 还没收到 还没发 还不发 怎么还没 怎么还不 等了好久 等好久 好久了 半天 半个月 一直没 迟迟 丢了 弄丢 弄错 发错 漏发 少发 可惜 遗憾 唉 哎 怎么办怎么办 钱没 没了吧 人呢 在不在啊 到底 催 说好 第三次 又是 又改 又来 太麻烦 太贵 算了吧
        -0.2 怕 急 慌 不好 问题严重 有问题 坏 错了 不对 怎么办 快点 快一点 尽快 赶紧
        0.3 好的呢 没问题 没关系 还行 还可以 不客气 辛苦 麻烦你了 期待 可爱 放心 哈哈 么么哒 嘻嘻 安心
        0.55 好 不错 喜欢 满意 谢谢 感谢 多谢 谢啦 给力 靠谱 漂亮 好看 好用 好吃 舒服 划算 实惠 方便 及时 耐心 专业 热情 细心 贴心 周到 开心 高兴 赞 点赞 优秀 神速 很快 值得 解决了 多亏 感激 暖心 太好了 好评 推荐给 下次还来 回购 惊喜
        0.8 太棒 真棒 很棒 棒 完美 爱了 超赞 太赞 非常满意 非常感谢 太感谢 感激不尽 爱死 最好 幸福 太喜欢
        0 好像 好久 好多 好几 好不好 你好 您好 好吗 好么 好的 好吧 好了 只好 正好 刚好 最好是 爱好 好友 那好 还好吗 好评返现 差不多 差价 补差 差额 时差 差几 差多少 差了一 出差 天气 气垫 气泡 气球 空气 气温 气味 燃气 煤气 氛围气 急救 着急吗 烦请 麻烦 慢慢 快慢 加急 紧急联系 不好意思 没事 喜欢吗 满意度 方便吗 方便面 专业版 推荐 灿烂 烂漫 坑位 赞助 棒球 棒棒糖 优秀奖 很快吗 错过 怕热 怕冷 坏账 破解 好人卡 尽快吗 急用吗 值得买吗 好用吗 好看吗 好吃吗 最差多少 多快
        """)

    /// Factors for what stands right before a word.
    static let hanTurns = Table(
        """
        -0.6 不 没 没有 并不 不是 不会 不能 不再 别 并非 不够 毫不 从不 没那么 不怎么 不算 谈不上
        -0.7 不太 不是很 不大 不那么 不很
        1.4 太 很 非常 特别 超 超级 真 真的 极其 十分 相当 最 这么 那么 好生 如此 实在 简直 完全 真是 真心 巨 贼 够
        1.2 挺 都 还 也太 更 比较 就是
        0.6 有点 有点儿 有些 稍微 略 一点 有点小 略微 些许
        """)

    static let words = Table(
        """
        -0.95 scam scammer scammers fraud thieves thief bastard bastards fuck fucking shit bullshit asshole disgusting idiots idiot
        -0.8 worst terrible horrible awful ridiculous unacceptable outrageous furious angry pathetic useless garbage trash liar liars hate cheated ripoff rubbish incompetent appalling sue lawyer insane lying rude stupid joke disgrace sucks crap
        -0.6 bad poor disappointed disappointing disappointment frustrated frustrating annoyed annoying broken damaged unhappy upset complain worse defective ignored waste nonsense fed_up failed nightmare mess sick
        -0.4 sadly sad unfortunately slow late wrong worried worry scared afraid nervous anxious lost missing urgent hurry asap desperate concerned regret broke delay delayed fake crying
        -0.2 problem issue wait confusing
        0.3 ok_great fine cool yay cheers nice haha lol
        0.55 good thanks thank thx appreciate appreciated helpful happy glad love loved like_it pleased satisfied friendly fast_delivery recommend works_great quick lovely beautiful comfortable saved
        0.8 great excellent amazing awesome perfect perfectly fantastic wonderful best brilliant outstanding superb delighted
        -0.55 not_worth let_down fed_up not_what_i_expected expected_more better_than_this no_longer_trust how_hard_can_it money_back_now still_waiting waiting_for_hours waiting_for_days waiting_for_weeks no_reply no_response nobody_answers no_one_answers never_again in_hospital give_me_my_money rip_off fix_this_now
        -0.4 hung_up need_help_asap still_not still_no
        0.3 no_problem no_worries
        0.55 sorting_it_out thanks_a_million it_works works_well
        0 best_regards good_morning good_afternoon good_evening good_day thank_you_in_advance like_to would_love_to how_late too_late_to best_way best_price great_britain lost_and_found good_until what_is_the_best fine_print
        """)

    /// Factors for the three words before: negations turn round, others strengthen or weaken.
    static let wordTurns = Table(
        """
        -0.6 not no never dont doesnt didnt isnt arent wasnt werent cant cannot couldnt wont wouldnt shouldnt hardly without aint havent hasnt nothing neither nor
        1.5 extremely absolutely
        1.4 very super totally completely
        1.3 really too truly
        1.2 so such most
        0.6 bit somewhat little kinda slightly
        0.7 kind
        """)

    static let pictures = Table(
        """
        -0.95 😡 🤬 🖕 [发怒] [咒骂]
        -0.8 😠 🤮 [怒]
        -0.7 😤 💢 [抓狂] [鄙视]
        -0.6 👎 💩 💔 [弱]
        -0.5 😞 😢 😭 😔 😩 😫 🙄 😒 [难过] [流泪] [大哭] [白眼]
        -0.4 🙁 ☹ 😰 😨 [撇嘴]
        0.3 🙏 🤝 [握手] [抱拳]
        0.5 👍 👏 😊 😀 😄 😁 🌹 [强] [赞] [玫瑰] [呲牙] [愉快] [鼓掌]
        0.6 🎉 ❤ 💕 💯 [爱心]
        0.7 🥰 😍
        """)

    /// Words that begin a phrase of several.
    static let phraseStarts = Set(words.phrases.compactMap(\.first))

    /// Stands between words where a clause ends.
    static let pause: UInt64 = 1
}

extension MoodLexicon {
    /// Words by their keys; in the text a line is a value and its words, and `_` a space within a phrase.
    struct Table: Sendable {
        private(set) var values: [UInt64: Double] = [:]
        /// First characters: nearly every place in a text is dismissed by them.
        private(set) var starts: Set<Unicode.Scalar> = []
        private(set) var phrases: [[UInt64]] = []

        init(_ lines: String) {
            for line in lines.split(separator: "\n") {
                let fields = line.split(separator: " ")
                guard let first = fields.first, let value = Double(first) else { continue }
                for field in fields.dropFirst() {
                    let words = field.split(separator: "_").map { MoodLexicon.key(Array($0.unicodeScalars)[...]) }
                    values[words.count == 1 ? words[0] : MoodLexicon.key(phrase: words[...])] = value
                    if words.count > 1 { phrases.append(words) }
                    if let start = field.unicodeScalars.first { starts.insert(start) }
                }
            }
        }
    }

    /// FNV-1a, 64 bits.
    static func key(_ word: ArraySlice<Unicode.Scalar>) -> UInt64 {
        word.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.value)) &* 0x100_0000_01b3 }
    }

    static func key(phrase words: ArraySlice<UInt64>) -> UInt64 {
        words.reduce(0x9e37_79b9_7f4a_7c15) { ($0 ^ $1) &* 0x100_0000_01b3 }
    }
}
