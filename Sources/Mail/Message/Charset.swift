// SPDX-License-Identifier: Apache-2.0
import CMail

/// Bytes of some character set as text; nothing is silently dropped.
package enum Charset {
    /// In the set that was declared if the bytes are of it; else as UTF-8, as one of the two with a few marks where bytes are broken, as
    /// GB18030, and at last Windows-1252, where every byte means something.
    package static func text(_ bytes: some Collection<UInt8>, declared: String?) -> String {
        let bytes = Array(bytes)
        let declared = declared.map(known)
        let isSevenBit = declared?.hasPrefix("iso-2022-") ?? false
        if let declared, let text = decode(bytes, as: declared, strict: true) { return text }
        // Sets of seven bits look like UTF-8 that says something else.
        if !isSevenBit, let text = decode(bytes, as: "UTF-8", strict: true) { return text }
        for name in [declared, "UTF-8"].compactMap({ $0 }) {
            if let text = decode(bytes, as: name, strict: false), isSlightlyBroken(text) { return text }
        }
        for name in ["UTF-8", "GB18030"] {
            if let text = decode(bytes, as: name, strict: true) { return text }
        }
        return decode(bytes, as: "WINDOWS-1252", strict: false) ?? String(decoding: bytes, as: UTF8.self)
    }

    /// Whether at most one in five of its characters beyond ASCII marks broken bytes: cut at a limit, a byte lost on the way.
    private static func isSlightlyBroken(_ text: String) -> Bool {
        let foreign = text.unicodeScalars.lazy.filter { !$0.isASCII }
        return foreign.count { $0 == "\u{fffd}" } * 5 <= foreign.count
    }

    /// Senders say gb2312 and write GBK; they say ISO-8859-1 and write Windows-1252.
    private static func known(_ name: String) -> String {
        switch name.lowercased().trimmed {
        case "gb2312", "gbk", "gb_2312-80", "gb18030", "x-gbk", "cp936": "GB18030"
        case "iso-8859-1", "latin1": "WINDOWS-1252"
        case "us-ascii", "ascii", "unknown-8bit", "utf8", "utf-8": "UTF-8"
        case let other: other
        }
    }

    private static func decode(_ bytes: [UInt8], as name: String, strict: Bool) -> String? {
        if name == "UTF-8" {
            return strict ? String(validating: bytes, as: UTF8.self) : String(decoding: bytes, as: UTF8.self)
        }
        guard name.utf8.count < 64, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f }) else { return nil }
        var out: UnsafeMutablePointer<CChar>?
        var count = 0
        guard ld_mail_decode(name, bytes, bytes.count, strict, &out, &count), let out else { return nil }
        defer { out.deallocate() }
        return out.withMemoryRebound(to: UInt8.self, capacity: count) {
            String(validating: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
    }
}
