// SPDX-License-Identifier: Apache-2.0

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

    /// The last part of whatever a sender calls a file, without control characters, at most 200 bytes; nil if nothing remains.
    package static func safeName(_ given: String?) -> String? {
        guard let given else { return nil }
        let decoded = given.contains("=?") ? EncodedWords.decode(Array(given.utf8)) : given
        let base = decoded.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        // Also what turns the reading direction around: "exe.‮gpj" looks like a picture.
        let hidden: Set<UInt32> = [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x200e, 0x200f]
        var name = ""
        for character in base {
            let scalars = character.unicodeScalars
            if scalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) || hidden.contains($0.value) }) {
                continue
            }
            if name.utf8.count + character.utf8.count > 200 { break }
            name.append(character)
        }
        name = name.trimmed
        return name.isEmpty || name.allSatisfy({ $0 == "." }) ? nil : name
    }
}
