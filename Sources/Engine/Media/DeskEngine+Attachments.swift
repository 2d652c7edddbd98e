// SPDX-License-Identifier: Apache-2.0
import Desk
import Plugins

extension DeskEngine {
    /// Keeps a file that somebody wants to send.
    /// - Parameter claimed: what the sender says it is; what it is, its bytes tell.
    package func keep(_ bytes: [UInt8], claimed: String?, name: String?) async throws -> MediaObject {
        guard !bytes.isEmpty else { throw DeskError(.invalid, "The file is empty.") }
        return try await work {
            let type = MediaType.sniff(bytes, claimed: claimed)
            let shown = name.map { String($0.prefix(200)) }
            let id = try await self.media.put(bytes, contentType: type, name: shown)
            return MediaObject(id: id, contentType: type, name: shown, byteCount: bytes.count)
        }
    }

    /// A content that names an attachment, with what the desk knows of it: type, name and size are not taken from the sender, and what is
    /// no picture is not shown as one.
    func attached(_ content: MessageContent) async throws -> MessageContent {
        guard let id = content.fields["media_id"]?.string else { return content }
        guard let (object, _) = try await media.get(id) else {
            throw DeskError(
                .invalid, "fields.media_id: there is no such attachment. Upload it first.", facts: ["field": "media_id"])
        }
        var content = content
        content.fields["content_type"] = .string(object.contentType)
        content.fields["byte_count"] = Value(object.byteCount)
        if let name = object.name { content.fields["name"] = .string(name) }
        content.fields["url"] = nil
        content.kind = Self.kind(of: object.contentType, wished: content.kind)
        return content
    }

    private static func kind(of type: String, wished: MessageContent.Kind) -> MessageContent.Kind {
        switch type.prefix(while: { $0 != "/" }) {
        case "image": .image
        case "audio": .voice
        // Browsers record sound into containers that also hold video.
        case "video": wished == .voice ? .voice : .video
        default: .file
        }
    }
}
