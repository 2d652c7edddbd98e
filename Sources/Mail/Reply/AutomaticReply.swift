// SPDX-License-Identifier: Apache-2.0

/// Whether an automatic answer may be sent to a mail: never to machines, lists or ourselves.
/// - Source: RFC 3834; X-Auto-Response-Suppress is Exchange's.
package enum AutomaticReply {
    /// Why there must be no automatic answer; nil if there may be one.
    /// - Parameters:
    ///   - envelopeSender: of Return-Path, `<>` for none; nil if unknown.
    ///   - own: our addresses, lower case.
    package static func refusal(_ headers: MailHeaders, envelopeSender: String?, own: Set<String>) -> String? {
        func texts(_ name: String) -> [String] { headers.all(name).map { String(decoding: $0, as: UTF8.self).lowercased() } }
        let envelope = envelopeSender.map { $0.filter { $0 != "<" && $0 != ">" && !$0.isWhitespace }.lowercased() }
        if let envelope, envelope.isEmpty { return "the envelope has no sender" }
        for value in texts("auto-submitted") where keyword(value) != "no" { return "it was sent automatically" }
        if headers.has(prefix: "list-") { return "it came through a list" }
        for value in texts("precedence") where ["bulk", "junk", "list", "auto_reply"].contains(keyword(value)) {
            return "its precedence is \(keyword(value))"
        }
        for value in texts("x-auto-response-suppress") {
            let wishes = value.split(separator: ",").map { String($0).trimmed }
            if wishes.contains(where: { ["all", "autoreply", "oof"].contains($0) }) {
                return "its sender wants no automatic answers"
            }
        }
        for value in texts("content-type") where value.hasPrefix("multipart/report") { return "it is a report" }
        let from = headers["from"].map(MailAddress.list)?.first
        guard let from else { return "it names no sender" }
        if own.contains(from.address) || envelope.map(own.contains) ?? false { return "it is our own" }
        if isMachine(String(from.localPart)) { return "nobody reads at its sender" }
        return nil
    }

    /// The word before parameters and comments.
    private static func keyword(_ value: String) -> String {
        var depth = 0
        var word = ""
        for character in value {
            if character == "(" {
                depth += 1
            } else if character == ")" {
                depth = max(0, depth - 1)
            } else if depth == 0 {
                if character == ";" { break }
                word.append(character)
            }
        }
        return word.trimmed
    }

    private static func isMachine(_ local: String) -> Bool {
        let plain = local.filter { $0 != "-" && $0 != "_" && $0 != "." }
        if ["mailerdaemon", "postmaster", "noreply", "donotreply", "listserv", "majordomo", "nobody"].contains(plain) {
            return true
        }
        return plain.hasPrefix("noreply") || local.hasPrefix("bounce") || local.hasPrefix("owner-") || local.hasSuffix("-request")
    }
}
