// SPDX-License-Identifier: Apache-2.0
import Desk

/// A file that came with a message, or goes with one.
package struct MailAttachment: Sendable, Hashable {
    /// Safe to show and to offer as a name, never a path; nil if none was given.
    package var filename: String?
    /// As the sender says, lower case; what it is must be seen from the content.
    package var contentType: String
    package var bytes: [UInt8]
    /// Meant to be shown within the text.
    package var isInline: Bool
    /// What `cid:` in the HTML refers to.
    package var contentID: String?

    package init(
        filename: String?, contentType: String, bytes: [UInt8], isInline: Bool = false, contentID: String? = nil
    ) {
        self.filename = filename
        self.contentType = contentType
        self.bytes = bytes
        self.isInline = isInline
        self.contentID = contentID
    }

    /// A file's name as a mail gives it, coded words read, made safe; nil if nothing remains.
    package static func safeName(_ given: String?) -> String? {
        given.flatMap { FileName.safe($0.contains("=?") ? EncodedWords.decode(Array($0.utf8)) : $0) }
    }
}
