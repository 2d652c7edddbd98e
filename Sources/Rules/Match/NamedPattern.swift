// SPDX-License-Identifier: Apache-2.0

/// What a customer may be asked for by name: `expect = pattern.order_no`. Each finds its kind anywhere in a sentence and gives it in one
/// spelling.
package enum NamedPattern: String, Sendable, Hashable, CaseIterable {
    /// At least six letters, digits and dashes, four of them digits: `SO-20260101`, `2026110112345`. In upper case.
    case orderNo = "order_no"
    /// 7 to 15 digits, `+` in front allowed, blanks and dashes between them left out.
    case phone
    case email
    /// `12`, `-3.5`, `１２`.
    case number
    /// `yes` or `no`.
    case yesNo = "yes_no"
    /// Any text that is not blank, without blanks around it.
    case text

    /// - Returns: nil if it does not occur.
    package func find(in text: String) -> String? {
        let plain = Self.plain(text)
        switch self {
        case .text: return plain.isEmpty ? nil : plain
        case .orderNo:
            return Self.runs(in: plain) { $0.isLetter || $0.isNumber || $0 == "-" }.map { $0.trimmed(of: "-") }
                .first { $0.count >= 6 && $0.count <= 40 && $0.count(where: \.isNumber) >= 4 }.map { $0.uppercased() }
        case .phone:
            for run in Self.runs(in: plain, of: { $0.isNumber || "-+ ()".contains($0) }) {
                let digits = run.filter(\.isNumber)
                guard (7...15).contains(digits.count) else { continue }
                return run.trimmed(of: " ").hasPrefix("+") ? "+" + digits : digits
            }
            return nil
        case .email:
            return Self.runs(in: plain) { $0.isLetter || $0.isNumber || "@._+-".contains($0) }.map { $0.trimmed(of: ".-") }
                .first { run in
                    let parts = run.split(separator: "@", omittingEmptySubsequences: false)
                    return parts.count == 2 && !parts[0].isEmpty
                        && parts[1].split(separator: ".", omittingEmptySubsequences: false)
                            .filter { !$0.isEmpty }.count >= 2
                        && !parts[1].contains("..")
                }
        case .number:
            return Self.runs(in: plain) { $0.isNumber || $0 == "." || $0 == "-" }.map { $0.trimmed(of: ".") }
                .first { Double($0) != nil }
        case .yesNo:
            let folded = FoldedText(plain)
            if Self.no.contains(where: { $0.occurs(in: folded) }) { return "no" }
            return Self.yes.contains { $0.occurs(in: folded) } ? "yes" : nil
        }
    }

    private static let yes = [
        "yes", "y", "yeah", "ok", "okay", "sure", "right", "correct", "是", "好", "对", "可以", "行", "嗯", "确认", "没问题",
    ]
    .map(Keyword.init)
    private static let no = ["no", "n", "nope", "not", "don't", "不", "否", "别", "取消"].map(Keyword.init)

    /// Full-width forms as ASCII, blanks at the ends gone.
    private static func plain(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xff01...0xff5e: out.append(Unicode.Scalar(scalar.value - 0xfee0) ?? scalar)
            case 0x3000, 0x0a, 0x0d, 0x09: out.append(" ")
            default: out.append(scalar)
            }
        }
        return String(out).trimmed(of: " ")
    }

    /// The longest stretches of ASCII characters that pass.
    private static func runs(in text: String, of isPart: (Character) -> Bool) -> [String] {
        text.split { !($0.isASCII && isPart($0)) }.map(String.init)
    }
}

extension String {
    func trimmed(of characters: String) -> String {
        var part = self[...]
        while let first = part.first, characters.contains(first) { part.removeFirst() }
        while let last = part.last, characters.contains(last) { part.removeLast() }
        return String(part)
    }
}
