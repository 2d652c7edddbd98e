// SPDX-License-Identifier: Apache-2.0

/// What the first bytes of a file say it is.
package enum MediaType {
    /// What says nothing: such a file is only ever saved.
    package static let unknown = "application/octet-stream"

    /// - Parameter claimed: what the sender said; kept only for kinds that cannot be told apart, and never as something a browser runs.
    package static func sniff(_ bytes: [UInt8], claimed: String?) -> String {
        if withheld(bytes) != nil { return unknown }
        let found = signatures.first { offset, start, _ in
            bytes.count >= offset + start.count && bytes[offset..<offset + start.count].elementsEqual(start)
        }
        guard let found else { return claimed?.lowercased().hasPrefix("text/plain") == true ? "text/plain" : unknown }
        return found.type == "video/mp4" ? boxed(bytes) : found.type
    }

    /// The type of what was downloaded; nil if there is nothing, or no file.
    ///
    /// Platforms report errors as JSON, and what stands before them as pages, with status 200 where a file was asked for. What is a file by its
    /// bytes is one, whatever it is called.
    package static func download(_ bytes: [UInt8], claimed: String?) -> String? {
        let type = sniff(bytes, claimed: claimed)
        let name = claimed?.lowercased() ?? ""
        let isError = name.contains("json") || name.contains("text/html") || bytes.first == UInt8(ascii: "{")
        return bytes.isEmpty || isError && [unknown, "text/plain"].contains(type) ? nil : type
    }

    /// Why a file that a browser could show is not shown, or none should unpack it; nil if there is no reason against it.
    ///
    /// Drawings and pages can hold script; a picture or archive of a few bytes can take gigabytes once it is unpacked.
    package static func withheld(_ bytes: [UInt8]) -> String? {
        if let size = PictureSize(bytes), !size.isShowable {
            return "a picture of \(size.width) × \(size.height) points is not shown"
        }
        if let size = ArchiveSize(bytes), !size.isHarmless {
            return "an archive of \(size.packed) bytes that unpacks to \(size.unpacked >> 30) GiB is not to be opened"
        }
        let head = String(decoding: bytes.prefix(1024).filter { $0 != 0 }, as: UTF8.self).lowercased()
        guard head.first(where: { !$0.isWhitespace && $0 != "\u{feff}" && $0 != "\u{fffd}" }) == "<" else { return nil }
        let isPage = ["<svg", "<html", "<!doctype html", "<script", "<body", "<iframe"].contains { head.contains($0) }
        return isPage ? "a page or drawing that can hold script is not shown" : nil
    }

    private static let signatures: [(offset: Int, start: [UInt8], type: String)] = [
        (0, [0xff, 0xd8, 0xff], "image/jpeg"), (0, [0x89, 0x50, 0x4e, 0x47], "image/png"),
        (0, Array("GIF8".utf8), "image/gif"), (8, Array("WEBP".utf8), "image/webp"), (0, Array("BM".utf8), "image/bmp"),
        (0, Array("#!AMR".utf8), "audio/amr"), (0, Array("ID3".utf8), "audio/mpeg"), (0, [0xff, 0xfb], "audio/mpeg"),
        (0, [0xff, 0xf3], "audio/mpeg"), (0, [0xff, 0xf2], "audio/mpeg"), (0, [0xff, 0xf1], "audio/aac"),
        (0, [0xff, 0xf9], "audio/aac"),
        // WeChat's voices have a byte before it.
        (0, Array("#!SILK".utf8), "audio/silk"), (1, Array("#!SILK".utf8), "audio/silk"),
        (8, Array("WAVE".utf8), "audio/wav"), (0, Array("OggS".utf8), "audio/ogg"), (4, Array("ftyp".utf8), "video/mp4"),
        (8, Array("AVI ".utf8), "video/x-msvideo"), (0, Array("FLV\u{1}".utf8), "video/x-flv"),
        (0, [0x00, 0x00, 0x01, 0xba], "video/mpeg"), (0, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], "video/x-ms-asf"),
        (0, [0x1a, 0x45, 0xdf, 0xa3], "video/webm"), (0, Array("%PDF-".utf8), "application/pdf"),
        (0, [0x50, 0x4b, 0x03, 0x04], "application/zip"),
    ]

    /// What the ISO box format holds, by its brand.
    private static func boxed(_ bytes: [UInt8]) -> String {
        guard bytes.count >= 12 else { return "video/mp4" }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case let brand where brand.hasPrefix("3g"): return "video/3gpp"
        case "M4A ", "M4B ": return "audio/mp4"
        case "heic", "heix", "mif1", "msf1", "avif", "avis": return unknown
        default: return "video/mp4"
        }
    }
}
