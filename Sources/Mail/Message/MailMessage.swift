// SPDX-License-Identifier: Apache-2.0
import Desk

/// A mail as the desk understands it; the bytes it came as are kept beside it.
package struct MailMessage: Sendable, Hashable {
    package var from: MailAddress?
    package var replyTo: [MailAddress]
    package var to: [MailAddress]
    package var cc: [MailAddress]
    package var subject: String
    package var date: Instant?
    /// Without brackets; case matters.
    package var messageID: String?
    package var inReplyTo: String?
    /// The oldest first.
    package var references: [String]
    /// The plain text, lines ended by LF, without white space at its end.
    package var text: String?
    /// As received: to be made safe by whoever shows it.
    package var html: String?
    package var attachments: [MailAttachment]
    /// Of multipart/report: `delivery-status`, `disposition-notification`.
    package var reportType: String?
    package var headers: MailHeaders
    /// What is wrong with it, for people who wonder.
    package var defects: [String]

    /// What is shown where only text can be: the text, or the words of the HTML.
    package var readableText: String {
        if let text, !text.isEmpty { return text }
        return html.map { SafeHTML.text(of: $0) } ?? ""
    }
}
