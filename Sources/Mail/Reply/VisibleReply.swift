// SPDX-License-Identifier: Apache-2.0

/// The part of a mail that its sender wrote just now, without the quoted history and the signature. The whole text stays stored.
package enum VisibleReply {
    package static func of(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let cut = lines.indices.first(where: { isHistory(lines, at: $0) }) {
            lines.removeSubrange(cut...)
            // What stands above a quoted header belongs to it: a rule, a title.
            while let last = lines.last, isRule(last) { lines.removeLast() }
        }
        if let signature = lines.firstIndex(where: { $0 == "-- " || $0 == "--" }) { lines.removeSubrange(signature...) }
        // A block of quotes at the end is history; answers between quotes need them.
        while let last = lines.last, last.trimmed.isEmpty || last.hasPrefix(">") { lines.removeLast() }
        let visible = lines.joined(separator: "\n").trimmed
        return visible.isEmpty ? text.trimmed : visible
    }

    private static let titles: Set<String> = [
        "original message", "original", "original email", "forwarded message", "forwarded mail", "原始邮件", "原始郵件", "原邮件",
        "邮件原件", "转发邮件", "转发的邮件", "轉寄郵件", "回复的原邮件", "转发的原邮件", "回复邮件", "回复的邮件",
    ]

    /// The words of a line between dashes. QQ mail writes its spaces as HTML does, also in plain text.
    private static func title(_ line: String) -> String {
        line.replacing("&nbsp;", with: " ").filter { $0 != "-" }.trimmed.lowercased()
    }

    /// An empty line, one of dashes, or a title of what was quoted.
    private static func isRule(_ line: String) -> Bool {
        let title = title(line)
        return title.isEmpty || titles.contains(title)
    }

    private static func isHistory(_ lines: [String], at index: Int) -> Bool {
        let line = lines[index].trimmed
        if line.isEmpty || line.hasPrefix(">") { return false }
        if isIntroduction(lines[index..<min(lines.count, index + 3)].map(\.trimmed)) { return true }
        if line.hasPrefix("--"), line.hasSuffix("--"), titles.contains(title(line)) { return true }
        if line.count >= 5, line.allSatisfy({ $0 == "_" }) { return true }
        return isHeaderBlock(lines, at: index)
    }

    /// Who wrote when, before a quote; long names and addresses break it into two or three lines.
    private static func isIntroduction(_ lines: [String]) -> Bool {
        for count in 1...max(1, lines.count) {
            let whole = lines.prefix(count).joined(separator: " ")
            // An empty line ends it.
            if lines.prefix(count).contains("") { return false }
            let isChinese = ["写道：", "写道:", "寫道：", "寫道:"].contains(where: whole.hasSuffix)
            if isChinese {
                if whole.hasPrefix("在") || whole.hasPrefix("於"), whole.contains(where: \.isNumber) { return true }
                // Gmail: the name first, then when.
                let isNamed = count == 1 || hasDay(lines[0]) || (lines[0].hasSuffix(">") && hasDay(lines[1]))
                if isNamed, whole.contains("@"), hasDay(whole) { return true }
            }
            if whole.hasPrefix("On "), whole.hasSuffix("wrote:") { return true }
            // NetEase in English.
            if whole.hasPrefix("At "), whole.hasSuffix("wrote:"), whole.dropFirst(3).first?.isNumber == true { return true }
        }
        return false
    }

    /// `于2026年11月29日` or `於 2026年…`
    private static func hasDay(_ line: String) -> Bool {
        var rest = line[...]
        while let place = rest.firstIndex(where: { $0 == "于" || $0 == "於" }) {
            rest = rest[rest.index(after: place)...]
            let digits = rest.drop { $0 == " " }.prefix { $0.isNumber }
            if digits.count == 4, rest[digits.endIndex...].first == "年" { return true }
        }
        return false
    }

    /// `From:` followed by what follows it in a quoted header; stars, bars and spaces within the names are ornament.
    private static func isHeaderBlock(_ lines: [String], at index: Int) -> Bool {
        func starts(_ line: String, _ names: [String]) -> Bool {
            let plain = line.filter { $0 != "*" && $0 != "|" && !$0.isWhitespace }
            return names.contains { plain.hasPrefix($0 + ":") || plain.hasPrefix($0 + "：") || isCell(line, $0) }
        }
        guard starts(lines[index], ["From", "发件人", "寄件者", "寄件人"]) else { return false }
        let following = ["Sent", "Date", "To", "Subject", "发送时间", "发送日期", "收件人", "主题", "日期", "時間", "收件者", "寄件日期", "主旨"]
        return lines[(index + 1)..<min(lines.count, index + 4)].contains { starts($0, following) }
    }

    /// `| 发件人 | Li<li@x.example> |`: a header as the table that NetEase's app makes of it.
    private static func isCell(_ line: String, _ name: String) -> Bool {
        let cells = line.trimmed.split(separator: "|").map { String($0).trimmed }
        return line.trimmed.hasPrefix("|") && cells.count >= 2 && cells[0] == name
    }
}
