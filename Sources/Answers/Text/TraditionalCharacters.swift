// SPDX-License-Identifier: Apache-2.0

/// The traditional characters that customers of a shop write most, and the simplified ones they are compared as.
///
/// Not a converter: a few hundred characters carry nearly all of what is asked, and a wrong guess here only costs a match.
enum TraditionalCharacters {
    static let simplified: [Unicode.Scalar: Unicode.Scalar] = {
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for pair in pairs.split(whereSeparator: \.isWhitespace) {
            let scalars = Array(pair.unicodeScalars)
            if scalars.count == 2 { table[scalars[0]] = scalars[1] }
        }
        return table
    }()

    private static let pairs = """
        個个 們们 這这 來来 為为 麼么 樣样 嗎吗 說说 話话 請请 問问 題题 時时 間间 會会 對对 開开 關关 發发 貨货 單单 號号 買买 賣卖
        錢钱 價价 貴贵 費费 賬账 帳账 戶户 冊册 註注 碼码 錄录 陸陆 憑凭 證证 認认 識识 驗验 導导 機机 電电 腦脑 網网 絡络 線线 頁页
        訂订 購购 物物 車车 運运 輸输 遞递 達达 遲迟 還还 沒没 處处 理理 換换 貼贴 損损 壞坏 爛烂 髒脏 漏漏 錯错 誤误 補补 償偿 賠赔
        退退 款款 銀银 鈔钞 額额 餘余 值值 優优 惠惠 券券 積积 點点 員员 級级 會会 禮礼 質质 量量 選选 擇择 尺尺 寸寸 顏颜 色色 藍蓝
        綠绿 紅红 黃黄 褲裤 裝装 鞋鞋 襪袜 長长 寬宽 過过 遠远 邊边 裡里 裏里 後后 從从 給给 讓让 幫帮 應应 該该 實实 際际 現现 場场
        店店 鋪铺 營营 業业 務务 聯联 繫系 係系 絕绝 總总 經经 濟济 紀纪 約约 級级 納纳 純纯 細细 組组 終终 結结 統统 續续 維维 編编
        緊紧 急急 緩缓 試试 詢询 誰谁 調调 談谈 論论 設设 訪访 許许 評评 訴诉 語语 謝谢 譯译 議议 護护 讀读 變变 寫写 專专 將将 導导
        師师 幣币 帶带 幾几 庫库 廠厂 廣广 張张 強强 彈弹 當当 態态 懷怀 憶忆 戰战 戲戏 擔担 據据 擁拥 損损 搶抢 擾扰 攜携 數数 斷断
        於于 無无 舊旧 書书 東东 條条 極极 標标 檢检 檔档 權权 歡欢 歲岁 歷历 歸归 決决 況况 減减 測测 滿满 濕湿 滅灭 災灾 熱热 煩烦
        燈灯 燒烧 爭争 獎奖 獲获 環环 產产 畫画 異异 畢毕 療疗 瞭了 矯矫 礎础 禍祸 種种 稱称 穩稳 窮穷 競竞 筆笔 節节 範范 簡简 簽签
        糧粮 糾纠 紙纸 絲丝 罰罚 羅罗 義义 習习 聽听 職职 聲声 腳脚 與与 舉举 興兴 艱艰 蘋苹 藥药 虧亏 蟲虫 術术 衛卫 補补 複复 復复
        見见 規规 視视 親亲 覺觉 觀观 解解 觸触 計计 訊讯 討讨 訓训 記记 詐诈 詳详 誠诚 誇夸 課课 諮咨 謊谎 豐丰 負负 財财 責责 貨货
        貪贪 販贩 貸贷 貿贸 資资 賓宾 賞赏 賴赖 贈赠 贊赞 趕赶 跡迹 軟软 較较 載载 輕轻 轉转 辦办 農农 進进 遊游 適适 鄉乡 醫医 釋释
        針针 銷销 鎖锁 鏡镜 鐘钟 鍵键 門门 閃闪 閉闭 陳陈 陽阳 階阶 隊队 難难 雙双 雜杂 離离 雲云 靈灵 靜静 響响 項项 順顺 須须 預预
        頭头 頻频 類类 願愿 顧顾 顯显 風风 飛飞 飯饭 飲饮 餐餐 館馆 駕驾 騙骗 騷骚 驚惊 髮发 鬧闹 魚鱼 鮮鲜 麗丽 麥麦 齊齐 齡龄 龍龙
        週周 併并 佈布 佔占 倉仓 傳传 傷伤 備备 債债 僅仅 儲储 兒儿 內内 兩两 凍冻 則则 剛刚 創创 劃划 動动 勞劳 勝胜 區区 協协 參参
        吳吴 嚴严 國国 圖图 團团 執执 報报 壓压 夠够 夾夹 奪夺 學学 寧宁 審审 尋寻 嘆叹 嚇吓 噁恶 慘惨 慣惯 憤愤 懶懒 殘残 氣气 淚泪
        """
}
