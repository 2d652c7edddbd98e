// SPDX-License-Identifier: Apache-2.0

/// multipart/form-data (RFC 7578), with files taken from the media store.
enum MultipartForm {
    static func encode(_ parts: [OutgoingRequest.FormPart], media: any MediaStore) async throws(HTTPFailure) -> (
        contentType: String, body: [UInt8]
    ) {
        let boundary = "luadesk-\(UInt64.random(in: .min ... .max))\(UInt64.random(in: .min ... .max))"
        var body: [UInt8] = []
        for part in parts {
            var bytes = part.text ?? []
            var type = part.contentType
            var fileName = part.fileName
            if let id = part.media {
                guard let found = try await read(id, media) else { throw HTTPFailure(.media, "there is no media object '\(id)'") }
                bytes = found.bytes
                type = type ?? found.object.contentType
                fileName = fileName ?? found.object.name ?? "file\(Self.ending(of: found.object.contentType))"
            }
            var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(part.name))\""
            if let fileName { head += "; filename=\"\(quoted(fileName))\"" }
            head += "\r\n"
            if let type { head += "Content-Type: \(line(type))\r\n" }
            body += Array((head + "\r\n").utf8)
            body += bytes
            body += Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    private static func read(_ id: String, _ media: any MediaStore) async throws(HTTPFailure) -> (
        object: MediaObject, bytes: [UInt8]
    )? {
        do { return try await media.get(id) } catch { throw HTTPFailure(.media, "media object '\(id)' cannot be read") }
    }

    /// Platforms judge a file by the ending of its name.
    static func ending(of contentType: String) -> String {
        [
            "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
            "audio/amr": ".amr", "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/ogg": ".ogg", "video/mp4": ".mp4",
            "video/webm": ".webm", "application/pdf": ".pdf", "application/zip": ".zip", "text/plain": ".txt",
        ][contentType] ?? ".bin"
    }

    private static func quoted(_ text: String) -> String {
        text.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func line(_ text: String) -> String { text.filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" } }
}
