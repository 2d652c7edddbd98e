// SPDX-License-Identifier: Apache-2.0

/// A report that a mail of ours did not arrive, or is late.
/// - Source: RFC 3464. Only multipart/report with report-type=delivery-status counts; a subject proves nothing.
package struct Bounce: Sendable, Hashable {
    package struct Recipient: Sendable, Hashable {
        package var address: String
        /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
        package var action: String
        /// `5.1.1`
        package var status: String
        /// What the other server said.
        package var diagnostic: String?
        package var isPermanent: Bool { action == "failed" && status.hasPrefix("5") }
    }
    package var recipients: [Recipient]
    /// Message-ID of what did not arrive.
    package var original: String?

    package init?(_ message: MailMessage) {
        guard message.reportType == "delivery-status" else { return nil }
        recipients = []
        for part in message.attachments where part.contentType == "message/delivery-status" {
            recipients += Self.recipients(part.bytes)
        }
        for part in message.attachments where ["text/rfc822-headers", "message/rfc822"].contains(part.contentType) {
            original = original ?? MailHeaders(reading: part.bytes).messageIDs("message-id").first
        }
    }

    /// Blocks of fields with empty lines between; the first speaks of the whole, each other of one recipient.
    private static func recipients(_ bytes: [UInt8]) -> [Recipient] {
        var found: [Recipient] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = MailHeaders(reading: Array(rest))
            rest = rest.dropFirst(max(1, block.bodyStart))
            guard let final = block.text("final-recipient") ?? block.text("original-recipient"), let action = block.text("action")
            else { continue }
            let address = final.split(separator: ";", maxSplits: 1).last.map { String($0).trimmed } ?? final
            found.append(
                Recipient(
                    address: address.lowercased(), action: action.lowercased(), status: block.text("status") ?? "",
                    diagnostic: block.text("diagnostic-code")))
        }
        return found
    }
}
