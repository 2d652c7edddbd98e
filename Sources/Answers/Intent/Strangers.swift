// SPDX-License-Identifier: Apache-2.0

/// What people say to any desk that is no business of any shop: weather, jokes, small talk, general knowledge.
///
/// The index learns it as one more intent, which is never reported; so a question that shares only its everyday words with an example
/// is recognised as a stranger. A shop that does answer about the weather has examples of its own, and those lie nearer.
enum Strangers {
    static let texts = """
        今天天气如何
        明天会下雨吗
        外面冷不冷
        今天星期几
        现在几点钟
        讲个笑话听听
        唱首歌吧
        你叫什么名字
        你今年多大了
        你是机器人还是人类
        你会做什么
        你有女朋友吗
        我好无聊陪我聊天
        今天心情怎么样
        晚上吃什么好
        附近有什么好吃的
        这道数学题怎么算
        三加五等于多少
        中国的首都是哪里
        谁是美国总统
        昨天的球赛谁赢了
        最近有什么好看的电视剧
        帮我订一张去上海的机票
        去机场怎么走
        今天股市行情怎么样
        怎么减肥最快
        感冒了吃什么药
        帮我写一篇作文
        这句话用英语怎么说
        今天是什么节日
        给我放一首音乐
        帮我定个闹钟
        宇宙有多大
        什么是量子力学
        what's the weather like today
        will it rain tomorrow
        what day is it today
        what time is it now
        tell me something funny
        sing a song for me
        what is your name
        how old are you
        are you a robot
        do you have a girlfriend
        i am bored talk to me
        what should i eat tonight
        restaurants near me
        what is two plus two
        what is the capital of spain
        who is the president
        who won the match yesterday
        recommend a movie to watch
        book a flight to london
        how do i get to the airport
        how is the stock market today
        how do i lose weight
        write an essay for me
        how do you say hello in french
        set a timer for ten minutes
        play my favorite song
        turn off the lights
        how big is the universe
        what is the meaning of life
        who wrote hamlet
        """.split(separator: "\n").map(String.init)
}
