// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Plugins

@Suite struct MediaTypeTests {
    @Test(
        "a file is what its bytes say, whatever it is called",
        arguments: [
            ("#!AMR\n", "audio/amr"), ("#!AMR-WB\n", "audio/amr"), ("\u{2}#!SILK_V3", "audio/silk"), ("OggS", "audio/ogg"),
            ("ID3\u{3}", "audio/mpeg"), ("RIFF1234WAVEfmt ", "audio/wav"), ("RIFF1234AVI LIST", "video/x-msvideo"),
            ("1234ftypisom", "video/mp4"), ("1234ftyp3gp4", "video/3gpp"), ("1234ftypM4A ", "audio/mp4"),
            ("1234ftypheic", MediaType.unknown), ("1234ftyp", "video/mp4"), ("%PDF-1.4", "application/pdf"),
            ("PK\u{3}\u{4}", "application/zip"), ("hello", "text/plain"), ("", "text/plain"), ("<p>hello", "text/plain"),
            (" <SVG/>", MediaType.unknown), ("<!doctype HTML>", MediaType.unknown),
        ])
    func sniffed(_ text: String, _ type: String) {
        #expect(MediaType.sniff(Array(text.utf8), claimed: "text/plain; charset=utf-8") == type)
        if type == "text/plain" { #expect(MediaType.sniff(Array(text.utf8), claimed: "text/html") == MediaType.unknown) }
    }

    struct Picture: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let size: PictureSize?
    }

    private static let pictures: [Picture] = [
        Picture(
            testDescription: "PNG",
            bytes: [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 1, 0, 2, 0, 0, 3, 0],
            size: .init(width: 65_538, height: 768)),
        Picture(testDescription: "GIF", bytes: Array("GIF87a".utf8) + [0x40, 1, 0xf0, 0], size: .init(width: 320, height: 240)),
        Picture(
            testDescription: "JPEG after other segments",
            bytes: [
                0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xc0, 1, 1, 0xff, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 11, 8, 0, 100, 1, 0,
            ],
            size: .init(width: 256, height: 100)),
        Picture(testDescription: "JPEG that breaks off", bytes: [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff], size: nil),
        Picture(testDescription: "JPEG that goes nowhere", bytes: [0xff, 0xd8, 0xff, 0xe1, 0, 0, 0xff, 0xc0], size: nil),
        Picture(
            testDescription: "BMP from top to bottom",
            bytes: Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [40, 0, 0, 0, 10, 0, 0, 0, 0xec, 0xff, 0xff, 0xff],
            size: .init(width: 10, height: 20)),
        Picture(
            testDescription: "BMP of OS/2",
            bytes: Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [12, 0, 0, 0, 10, 0, 20, 0],
            size: .init(width: 10, height: 20)),
        Picture(
            testDescription: "WebP, extended",
            bytes: Array("RIFF0000WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0],
            size: .init(width: 1 << 24, height: 1)),
        Picture(
            testDescription: "WebP, lossless",
            bytes: Array("RIFF0000WEBPVP8L".utf8) + [9, 0, 0, 0, 0x2f, 0xff, 0xff, 0xff, 0x0f],
            size: .init(width: 16_384, height: 16_384)),
        Picture(
            testDescription: "WebP, lossy",
            bytes: Array("RIFF0000WEBPVP8 ".utf8) + [9, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 0x42, 0xe0, 0x01],
            size: .init(width: 640, height: 480)),
        Picture(testDescription: "no picture", bytes: Array("hello, this is a text of some length".utf8), size: nil),
        Picture(testDescription: "nothing", bytes: [], size: nil),
    ]

    @Test("a picture's size stands in its header, which may break off anywhere", arguments: pictures)
    func sizes(_ picture: Picture) {
        #expect(PictureSize(picture.bytes) == picture.size)
        for count in 0..<picture.bytes.count { _ = MediaType.withheld(Array(picture.bytes.prefix(count))) }
    }

    /// A directory of files that hold nothing, as an archive's end has it.
    private static func archive(_ sizes: [Int], remark: String = "", isLong: Bool = false) -> [UInt8] {
        var bytes = Array("PK\u{3}\u{4}".utf8)
        func put(_ text: String) { bytes += Array(text.utf8) }
        func put(_ number: Int, _ count: Int) {
            for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (place * 8))) }
        }
        func zeros(_ count: Int) { bytes += [UInt8](repeating: 0, count: count) }
        zeros(40)
        let start = bytes.count
        for size in sizes {
            let isLarge = size >= 0xffff_ffff
            put("PK\u{1}\u{2}")
            zeros(20)
            put(isLarge ? 0xffff_ffff : size, 4)
            put(1, 2)
            put(isLarge ? 17 : 0, 2)
            zeros(14)
            put("a")
            guard isLarge else { continue }
            // Another extra field before it.
            put(0x5455, 2)
            put(1, 2)
            put(9, 1)
            put(1, 2)
            put(8, 2)
            put(size, 8)
        }
        let length = bytes.count - start
        if isLong {
            let at = bytes.count
            put("PK\u{6}\u{6}")
            zeros(36)
            put(length, 8)
            put(start, 8)
            put("PK\u{6}\u{7}")
            zeros(4)
            put(at, 8)
            put(1, 4)
        }
        put("PK\u{5}\u{6}")
        zeros(8)
        put(isLong ? 0xffff_ffff : length, 4)
        put(isLong ? 0xffff_ffff : start, 4)
        put(remark.utf8.count, 2)
        put(remark)
        return bytes
    }

    @Test("an archive says what it unpacks to, and may break off anywhere")
    func archives() {
        let terabyte = 1 << 40
        for (bytes, unpacked) in [
            (Self.archive([10, 20]), 30), (Self.archive([]), 0),
            (Self.archive([1 << 31, 5], remark: "remark PK"), (1 << 31) + 5),
            (Self.archive([terabyte, 7]), terabyte + 7), (Self.archive([terabyte, 7], isLong: true), terabyte + 7),
            (Self.archive([.max, .max, 9]), Int.max),
        ] {
            #expect(ArchiveSize(bytes) == ArchiveSize(packed: bytes.count, unpacked: unpacked))
            #expect((MediaType.withheld(bytes) == nil) == (unpacked < 1 << 30))
            let type = MediaType.sniff(bytes, claimed: "application/zip")
            #expect(type == (unpacked < 1 << 30 ? "application/zip" : MediaType.unknown))
            for count in 0..<bytes.count { _ = ArchiveSize(Array(bytes.prefix(count))) }
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] = 0xff
                _ = ArchiveSize(damaged)
            }
        }
        #expect(ArchiveSize(packed: 10 << 20, unpacked: 1 << 31).isHarmless == false)
        #expect(ArchiveSize(packed: 11 << 20, unpacked: 1 << 31).isHarmless)
        #expect(ArchiveSize(Array("PK\u{3}\u{4} and no directory at all".utf8)) == nil)
    }

    @Test(
        "a picture is shown up to 64 million points",
        arguments: [(8000, 8000, true), (8001, 8000, false), (32_768, 1, false), (1, 4_294_967_295, false), (0, 0, true)])
    func showable(_ width: Int, _ height: Int, _ isShown: Bool) {
        #expect(PictureSize(width: width, height: height).isShowable == isShown)
    }
}
