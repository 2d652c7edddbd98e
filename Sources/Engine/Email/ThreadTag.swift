// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Mail

/// A conversation's mark on our mails, for programs that lose References when they answer: `[#v0123456789abc.1a2b3c4d]` behind the subject,
/// or `support+v0123456789abc.1a2b3c4d@shop.example` as the address to answer to.
///
/// Behind the point stand 8 hex digits of an HMAC, so that nobody can write themselves into a conversation by guessing its id. A subject alone
/// proves nothing.
struct ThreadTag: Sendable {
    private let key: SymmetricKey

    init(secret: [UInt8], channel: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("luadesk thread tags 1 \(channel)".utf8),
            outputByteCount: 32)
    }

    func text(_ conversation: ID<Conversation>) -> String { "\(conversation.text).\(mac(conversation.text))" }

    /// The subject with the mark behind it, once.
    func marked(_ subject: String, _ conversation: ID<Conversation>) -> String {
        let mark = "[#\(text(conversation))]"
        return subject.contains(mark) ? subject : "\(subject) \(mark)"
    }

    /// A subject without marks: people read it, and the next answer brings its own.
    static func unmarked(_ subject: String) -> String {
        var out = ""
        var rest = subject[...]
        while let open = rest.firstRange(of: "[#"), let close = rest[open.upperBound...].firstIndex(of: "]") {
            let inside = rest[open.upperBound..<close].lowercased().split(separator: ".", omittingEmptySubsequences: false)
            let isMark = inside.count == 2 && inside[1].utf8.count == 8 && ID<Conversation>(text: inside[0]) != nil
            out += rest[..<(isMark ? open.lowerBound : open.upperBound)]
            rest = rest[(isMark ? rest.index(after: close) : open.upperBound)...]
        }
        return (out + rest).trimmingSpaces()
    }

    /// The address with the mark in it.
    func marked(_ address: MailAddress, _ conversation: ID<Conversation>) -> MailAddress {
        MailAddress(name: address.name, address: "\(address.localPart)+\(text(conversation))@\(address.domain)")
    }

    /// The conversation whose genuine mark a mail carries: in an address of ours, else in its subject.
    func conversation(of message: MailMessage, own: Set<String>) -> ID<Conversation>? {
        let recipients =
            message.to + message.cc
            + ["delivered-to", "x-original-to", "envelope-to"].flatMap { message.headers.all($0).flatMap(MailAddress.list) }
        for address in recipients {
            guard let plain = address.withoutTag, own.contains(plain), let tag = address.tag else { continue }
            if let found = conversation(tag) { return found }
        }
        var rest = message.subject[...]
        while let open = rest.firstRange(of: "[#"), let close = rest[open.upperBound...].firstIndex(of: "]") {
            if let found = conversation(rest[open.upperBound..<close].lowercased()) { return found }
            rest = rest[open.upperBound...]
        }
        return nil
    }

    private func conversation(_ tag: some StringProtocol) -> ID<Conversation>? {
        let parts = tag.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = ID<Conversation>(text: parts[0]) else { return nil }
        let (given, expected) = (Array(parts[1].utf8), Array(mac(id.text).utf8))
        guard given.count == expected.count else { return nil }
        // In constant time: all digits are looked at.
        return zip(given, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0 ? id : nil
    }

    private func mac(_ text: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).prefix(4)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension MailAddress {
    /// What stands behind the first `+` of the local part; nil if there is none.
    var tag: Substring? { localPart.firstIndex(of: "+").map { localPart[localPart.index(after: $0)...] } }

    /// The address without `+…`; nil if it has none.
    var withoutTag: String? { localPart.firstIndex(of: "+").map { "\(localPart[..<$0])@\(domain)" } }
}
