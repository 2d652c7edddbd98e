// SPDX-License-Identifier: Apache-2.0

/// The part of a mail that its sender wrote just now, without the quoted history and the signature. The whole text stays stored.
package enum VisibleReply {
    package static func of(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let cut = lines.indices.first(where: { isHistory(lines, at: $0) }) { lines.removeSubrange(cut...) }
        if let signature = lines.firstIndex(where: { $0 == "-- " || $0 == "--" }) { lines.removeSubrange(signature...) }
        // A block of quotes at the end is history; answers between quotes need them.
        while let last = lines.last, last.trimmed.isEmpty || last.hasPrefix(">") { lines.removeLast() }
        let visible = lines.joined(separator: "\n").trimmed
        return visible.isEmpty ? text.trimmed : visible
    }

    private static func isHistory(_ lines: [String], at index: Int) -> Bool {
        let line = lines[index].trimmed
        if line.hasPrefix(">") { return false }
        let next = index + 1 < lines.count ? lines[index + 1].trimmed : ""
        for candidate in [line, line + " " + next] {
            if candidate.hasPrefix("On "), candidate.hasSuffix("wrote:") { return true }
            if candidate.hasPrefix("在"), candidate.hasSuffix("写道：") || candidate.hasSuffix("写道:") { return true }
        }
        if line.hasPrefix("-----"), line.hasSuffix("-----") {
            let title = line.filter { $0 != "-" }.trimmed.lowercased()
            if ["original message", "原始邮件", "转发邮件", "forwarded message", "转发的邮件", "邮件原件"].contains(title) { return true }
        }
        if line.count >= 5, line.allSatisfy({ $0 == "_" }) { return true }
        return isHeaderBlock(lines, at: index)
    }

    /// `From:` followed by what follows it in a quoted header.
    private static func isHeaderBlock(_ lines: [String], at index: Int) -> Bool {
        func starts(_ line: String, _ names: [String]) -> Bool {
            names.contains { line.hasPrefix($0 + ":") || line.hasPrefix($0 + "：") }
        }
        func plain(_ line: String) -> String { line.filter { $0 != "*" }.trimmed }
        guard starts(plain(lines[index]), ["From", "发件人", "寄件者"]) else { return false }
        return lines[(index + 1)..<min(lines.count, index + 4)].contains {
            starts(plain($0), ["Sent", "Date", "To", "Subject", "发送时间", "收件人", "主题", "日期"])
        }
    }
}
