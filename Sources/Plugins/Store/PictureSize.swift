// SPDX-License-Identifier: Apache-2.0

/// How large a picture claims to be, read from its header alone: nothing is unpacked.
package struct PictureSize: Sendable, Hashable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Four bytes a point: a browser that shows it takes 256 MB at most.
    package var isShowable: Bool { width <= 32_767 && height <= 32_767 && width * height <= 64_000_000 }

    /// nil for what is no PNG, GIF, JPEG, BMP or WebP, or breaks off before its size.
    package init?(_ bytes: [UInt8]) {
        let head = FileHeader(bytes: bytes)
        let found =
            if head.has("IHDR", at: 12), bytes[0] == 0x89 {
                (head.big(16, 4), head.big(20, 4))
            } else if head.has("GIF8", at: 0) {
                (head.little(6, 2), head.little(8, 2))
            } else if head.has("BM", at: 0) {
                Self.bitmap(head)
            } else if head.has("RIFF", at: 0), head.has("WEBP", at: 8) {
                Self.webp(head)
            } else if head.big(0, 2) == 0xffd8 {
                Self.jpeg(head)
            } else {
                (Int?.none, Int?.none)
            }
        guard let width = found.0, let height = found.1 else { return nil }
        self.init(width: width, height: height)
    }

    private static func bitmap(_ head: FileHeader) -> (Int?, Int?) {
        if head.little(14, 4) == 12 { return (head.little(18, 2), head.little(20, 2)) }
        // Signed: a negative height is a picture from top to bottom.
        func side(_ offset: Int) -> Int? { head.little(offset, 4).map { Int(Int32(truncatingIfNeeded: $0).magnitude) } }
        return (side(18), side(22))
    }

    private static func webp(_ head: FileHeader) -> (Int?, Int?) {
        if head.has("VP8X", at: 12) { return (head.little(24, 3).map { $0 + 1 }, head.little(27, 3).map { $0 + 1 }) }
        if head.has("VP8L", at: 12) {
            return (
                head.little(21, 4).map { $0 & 0x3fff }.map { $0 + 1 }, head.little(21, 4).map { $0 >> 14 & 0x3fff }.map { $0 + 1 }
            )
        }
        guard head.has("VP8 ", at: 12) else { return (nil, nil) }
        return (head.little(26, 2).map { $0 & 0x3fff }, head.little(28, 2).map { $0 & 0x3fff })
    }

    /// From segment to segment until a frame begins.
    private static func jpeg(_ head: FileHeader) -> (Int?, Int?) {
        var at = 2
        while at < 4 << 20, let marker = head.big(at, 2), marker >> 8 == 0xff {
            if marker == 0xffff {
                at += 1
                continue
            }
            if (0xffc0...0xffcf).contains(marker), ![0xffc4, 0xffc8, 0xffcc].contains(marker) {
                return (head.big(at + 7, 2), head.big(at + 5, 2))
            }
            guard let length = head.big(at + 2, 2), length >= 2 else { break }
            at += 2 + length
        }
        return (nil, nil)
    }
}
