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

    @Test(
        "a picture is shown up to 64 million points",
        arguments: [(8000, 8000, true), (8001, 8000, false), (32_768, 1, false), (1, 4_294_967_295, false), (0, 0, true)])
    func showable(_ width: Int, _ height: Int, _ isShown: Bool) {
        #expect(PictureSize(width: width, height: height).isShowable == isShown)
    }
}
