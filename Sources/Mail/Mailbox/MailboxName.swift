// SPDX-License-Identifier: Apache-2.0
import Desk

/// A folder's name as IMAP carries it: modified UTF-7.
/// - Source: RFC 3501 section 5.1.3.
package enum MailboxName {
    package static func wire(_ name: String) -> String {
        var out = ""
        var special: [UInt8] = []
        func flush() {
            guard !special.isEmpty else { return }
            let encoded = Base64.encode(special).filter { $0 != "=" }.replacing("/", with: ",")
            out += "&\(encoded)-"
            special = []
        }
        for unit in name.utf16 {
            if (0x20...0x7e).contains(unit) {
                flush()
                out += unit == 0x26 ? "&-" : String(UnicodeScalar(UInt8(unit)))
            } else {
                special += [UInt8(unit >> 8), UInt8(unit & 0xff)]
            }
        }
        flush()
        return out
    }

    /// nil if it is no name in this form.
    package static func name(_ wire: String) -> String? {
        var units: [UInt16] = []
        var rest = wire[...]
        while let character = rest.popFirst() {
            guard character == "&" else {
                guard let byte = character.asciiValue, (0x20...0x7e).contains(byte) else { return nil }
                units.append(UInt16(byte))
                continue
            }
            guard let end = rest.firstIndex(of: "-") else { return nil }
            var coded = rest[..<end].replacing(",", with: "/")
            rest = rest[rest.index(after: end)...]
            if coded.isEmpty {
                units.append(0x26)
                continue
            }
            while coded.count % 4 != 0 { coded += "=" }
            guard let bytes = Base64.decode(coded), bytes.count % 2 == 0 else { return nil }
            for index in stride(from: 0, to: bytes.count, by: 2) {
                units.append(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]))
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
