// SPDX-License-Identifier: Apache-2.0

/// What our own mail server found out about a mail's sender. Only the first field with its id counts: anybody can write such a field.
/// - Source: RFC 8601.
package struct AuthenticationResults: Sendable, Hashable {
    package var spf: String?
    package var dkim: [String] = []
    package var dmarc: String?

    /// - Parameter fields: values of Authentication-Results, topmost first.
    package init(_ fields: [String], trusting server: String) {
        for field in fields {
            let parts = Self.withoutComments(field).split(separator: ";").map { String($0).trimmed }
            guard let id = parts.first?.split(whereSeparator: \.isWhitespace).first, id.lowercased() == server.lowercased() else {
                continue
            }
            for part in parts.dropFirst() {
                guard let verdict = part.split(whereSeparator: \.isWhitespace).first else { continue }
                let sides = verdict.split(separator: "=", maxSplits: 1).map { $0.lowercased() }
                guard sides.count == 2 else { continue }
                switch sides[0] {
                case "spf": spf = spf ?? sides[1]
                case "dkim": dkim.append(sides[1])
                case "dmarc": dmarc = dmarc ?? sides[1]
                default: break
                }
            }
            return
        }
    }

    private static func withoutComments(_ text: String) -> String {
        var depth = 0
        var out = ""
        for character in text {
            if character == "(" {
                depth += 1
            } else if character == ")", depth > 0 {
                depth -= 1
            } else if depth == 0 {
                out.append(character)
            }
        }
        return out
    }
}
