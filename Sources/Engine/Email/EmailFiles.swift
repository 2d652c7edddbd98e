// SPDX-License-Identifier: Apache-2.0
import Desk
import Mail

/// How the files of a message go: within the mail, or as links below its words where they would make it too large.
struct EmailFiles: Sendable, Hashable {
    struct Refusal: Error, Sendable, Hashable { let reason: String }

    private(set) var attachments: [MailAttachment] = []
    /// A line each, with name, size, how long it is good, and the address.
    private(set) var links: [String] = []

    /// - Parameters:
    ///   - limit: what all files together may take in the mail, in bytes as they are sent.
    ///   - address: of a file by its id; nil where the desk has none that customers can reach.
    ///   - life: how long such an address is good.
    /// - Throws: `Refusal` where the files are too large and there are no addresses.
    init(
        _ files: [(id: String, file: MailAttachment)], limit: Int, life: Duration, at now: Instant,
        address: (@Sendable (String, Duration) -> String)?
    ) throws(Refusal) {
        let total = files.reduce(0) { $0 + Self.sentByteCount($1.file.bytes.count) }
        guard total > limit else {
            attachments = files.map(\.file)
            return
        }
        guard let address else {
            throw Refusal(
                reason:
                    "the files take \(Self.size(total)) in a mail, the mailbox allows \(Self.size(limit)) (attachment_limit_mb), and "
                    + "links need server.public_url, which is not set")
        }
        let last = (now + life).rfc3339.prefix(10)
        links = files.map { id, file in
            let name = MailAttachment.safeName(file.filename) ?? "file"
            return "\(name) (\(Self.size(file.bytes.count)), 有效期至 / until \(last)):\n\(address(id, life))"
        }
    }

    /// Base64 in lines of 76 characters, each with its line end.
    private static func sentByteCount(_ count: Int) -> Int {
        let characters = (count + 2) / 3 * 4
        return characters + (characters + 75) / 76 * 2
    }

    /// `25.3 MB`, in units of 1024.
    private static func size(_ count: Int) -> String {
        let tenths = (count * 10 + (1 << 19)) >> 20
        return tenths == 0 ? "\((count + 1023) >> 10) KB" : "\(tenths / 10).\(tenths % 10) MB"
    }
}
