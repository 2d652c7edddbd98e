// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation

/// Files as customers send them.
enum Samples {
    /// One second of a tone of 440 Hz in AMR at 4.75 kbit/s, as WeChat sends voices; Debian's ffmpeg reads AMR and does not write it.
    static let amr: [UInt8] =
        Base64.decode(
            """
            IyFBTVIKBIA4H+/rafWHoKgEgAQdPTKr2x7VTwxoVQYEPjgypts/ZVMxLRKYBI09MqZrnmUebFGSSAQ+ODKre8i0lokTtLYEjT02\
            p6thdCYUDooABD44Mqp7evUXBSkdKASNPTKne12lXgsESzIEPjgyprvbdQ8ahO1IBI09MmbbHxW763JDaAQ+ODKmq7uFU07TCtAE\
            jT0yp3tthXxbBJFgBD44Mpbba2TbrS0CiASNPTKmux8lWi0NHg4EPjgypnvLdJcJE7S2BI09Na6rkPWeBS6KBAQ+ODKme+t1FUUt\
            nXgEjT0yprseZXosTQqIBD44Mqa722UvGKTtSASNPTJm2x8V3arMw6QEPjgypttrZNNGswpSBI09MqbrPxVcLGAxOgQ+ODKmu6tF\
            cyUNAogEjS8ypmueVT4CsTpeBI04Nad7wzWRaQRSvgQ+PTKna9n0itEzC0IEjTg2prsTZEQyamUSBD49MqZ7q2TSrQ0CAASNODan\
            e2HkIHi6SUQEjT0yp6uetRwkUKzCBD44Mqdr6fSOhFpI2ASNPTWuq5Dl2jJ0YR4EPjgyp2vqpXFtDoKIBI0vMqdrnWUabFmSAASN\
            ODWWe8NlmesEUrgEPj0yp2vbNIzQTQuMBI04Npa7E2RF8mulMgQ+PTKre2xkqNWO0qwEjTg2qnuV5EYNBS5SBI09Mmd7XZXfsI7S\
            qAQ+ODKme+tUq00TCkIEjT0ypqufNRow9HEOBD44MqZ7y2TxbE6KgASNPTWuq5DF+jEtDw4EPjgyprvbZRcLE7SiBI09MqZ7nnUc\
            US0LBgQ+ODKmu+t1D4UpHSgEjT0ybWuYVbvmyIoeBD44Mqery5VVUxJpTASNPTJmq58F/YTokxA=
            """) ?? []

    static let ffmpeg = MediaOptions.find("ffmpeg", in: ProcessInfo.processInfo.environment["PATH"])

    /// What ffmpeg makes of a second of its own test signals.
    static func made(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: ffmpeg ?? "/nonexistent")
        process.arguments = ["-hide_banner", "-nostdin", "-loglevel", "error"] + arguments + ["-"]
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(bytes)
    }

    /// A PNG that is whole up to its size, and claims that.
    static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        let sides = [width, height].flatMap { side in (0..<4).map { UInt8(truncatingIfNeeded: side >> (24 - 8 * $0)) } }
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8) + sides + [8, 2, 0, 0, 0]
    }

    /// A zip whose one entry of 30 bytes claims to unpack to 4 GB.
    static let zipBomb: [UInt8] = {
        let sizes: [UInt8] = [1, 2, 3, 4, 30, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0]
        var bytes: [UInt8] = [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]
        bytes += sizes
        bytes += [0, 0, 0x61]
        bytes += [UInt8](repeating: 0x63, count: 30)
        bytes += [0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0]
        bytes += sizes
        bytes += [UInt8](repeating: 0, count: 16)
        bytes += [0x61, 0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 61, 0, 0, 0, 0, 0]
        return bytes
    }()
}
