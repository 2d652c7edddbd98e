// SPDX-License-Identifier: Apache-2.0

/// Which conversation a mail continues.
///
/// The same Message-ID is the same mail; then In-Reply-To; then References from the nearest parent back; never the subject alone.
/// - Source: RFC 5322 section 3.6.4; that a subject proves nothing is our own rule.
package enum MailThread {
    package struct Match<Conversation: Sendable & Hashable>: Sendable, Hashable {
        package let conversation: Conversation
        /// The mail itself is known.
        package var isDuplicate = false
        /// The sender takes no part in that conversation: ids leak when mails are forwarded, so nothing may be told or closed for them.
        package var isUnverifiedSender = false
    }

    /// Ids to look for, in the order in which the first hit counts; the mail's own id is not among them.
    package static func parents(of message: MailMessage) -> [String] {
        var ids: [String] = []
        for id in [message.inReplyTo].compactMap({ $0 }) + message.references.suffix(50).reversed() where !ids.contains(id) {
            ids.append(id)
        }
        return ids
    }

    /// - Parameters:
    ///   - known: the conversation of a Message-ID that was seen or sent.
    ///   - participants: addresses that take part in a conversation; nil if that does not matter.
    package static func match<Conversation>(
        _ message: MailMessage, known: (String) -> Conversation?, participants: ((Conversation) -> Set<String>)? = nil
    ) -> Match<Conversation>? {
        if let id = message.messageID, let same = known(id) { return Match(conversation: same, isDuplicate: true) }
        guard let hit = parents(of: message).lazy.compactMap(known).first else { return nil }
        let isStranger = participants.map { !$0(hit).contains(message.from?.address ?? "") } ?? false
        return Match(conversation: hit, isUnverifiedSender: isStranger)
    }

    /// What a reply to this mail carries as References: at most the first and the last twenty.
    package static func references(replyingTo message: MailMessage) -> [String] {
        let all = message.references + [message.messageID].compactMap { $0 }
        return all.count <= 40 ? all : Array(all.prefix(20) + all.suffix(20))
    }
}
