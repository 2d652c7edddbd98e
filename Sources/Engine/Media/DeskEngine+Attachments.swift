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
            let shown = name.flatMap(FileName.safe)
            let id = try await self.media.put(bytes, contentType: type, name: shown)
            return MediaObject(id: id, contentType: type, name: shown, byteCount: bytes.count)
        }
    }

    /// What is known of a stored file, for the fields of a message: `{media_id, content_type, byte_count, name?, playable_type?, withheld?}`.
    ///
    /// `playable_type` says that its address gives a version that browsers play; `withheld` why a picture or page is only offered to be
    /// saved.
    /// - Parameter converts: whether a voice or film is converted first, for as long as the options allow.
    package func facts(of object: MediaObject, _ bytes: [UInt8], converts: Bool) async -> Value {
        let playable = converts ? await converter.prepare(object) : await converter.made(of: object)
        return
            ([
                "media_id": .string(object.id), "content_type": .string(object.contentType),
                "byte_count": Value(object.byteCount),
                "name": Value(object.name), "playable_type": Value(playable),
                "withheld": Value(object.contentType == MediaType.unknown ? MediaType.withheld(bytes) : nil),
            ] as Value).compact()
    }

    /// A content that names an attachment, with what the desk knows of it: type, name and size are not taken from the sender, and what is
    /// no picture is not shown as one.
    func attached(_ content: MessageContent) async throws -> MessageContent {
        guard let id = content.fields["media_id"]?.string else { return content }
        guard MediaVault.isID(id), let (object, bytes) = try await media.get(id) else {
            throw DeskError(
                .invalid, "fields.media_id: there is no such attachment. Upload it first.", facts: ["field": "media_id"])
        }
        var content = content
        let given = content.fields["name"]?.string.flatMap(FileName.safe)
        for name in ["url", "original_url", "name", "playable_type", "withheld"] { content.fields[name] = nil }
        content.fields = content.fields.merging(await facts(of: object, bytes, converts: false))
        if object.name == nil, let given { content.fields["name"] = .string(given) }
        content.kind = Self.kind(of: object.contentType, wished: content.kind)
        return content
    }

    /// A platform passes on what a customer calls a file.
    static func safelyNamed(_ content: MessageContent) -> MessageContent {
        guard [.image, .voice, .video, .file].contains(content.kind), let given = content.fields["name"]?.string else {
            return content
        }
        var content = content
        content.fields["name"] = Value(FileName.safe(given))
        content.fields = content.fields.compact()
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
