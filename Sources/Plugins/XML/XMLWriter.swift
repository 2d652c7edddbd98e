// SPDX-License-Identifier: Apache-2.0
import Desk

/// Writes the XML platforms take: strings in CDATA, numbers bare, arrays as repeated elements.
package enum XMLWriter {
    /// - Parameters:
    ///   - root: name of the root element.
    ///   - content: an object; or an array of `{name, value}` where the order matters.
    /// - Returns: nil if a name is no XML name.
    package static func write(root: String, _ content: Value) -> String? {
        var out = ""
        return element(root, content, into: &out) ? out : nil
    }

    private static func element(_ name: String, _ value: Value, into out: inout String) -> Bool {
        guard isName(name) else { return false }
        if case .array(let items) = value, !isPairs(items) {
            return items.allSatisfy { element(name, $0, into: &out) }
        }
        out += "<\(name)>"
        switch value {
        case .null: break
        case .bool(let flag): out += flag ? "true" : "false"
        case .int(let number): out += "\(number)"
        case .double(let number): out += "\(number)"
        case .string(let text): out += section(text)
        case .bytes(let bytes): out += section(String(decoding: bytes, as: UTF8.self))
        case .array(let pairs):
            for pair in pairs {
                guard element(pair["name"]?.string ?? "", pair["value"] ?? .null, into: &out) else { return false }
            }
        case .object(let fields):
            for pair in fields.pairs { guard element(pair.name, pair.value, into: &out) else { return false } }
        }
        out += "</\(name)>"
        return true
    }

    private static func isPairs(_ items: [Value]) -> Bool {
        !items.isEmpty && items.allSatisfy { $0["name"]?.string != nil && ($0.object?.count ?? 3) <= 2 }
    }

    /// CDATA with `]]>` split over two sections and without the characters XML does not know.
    ///
    /// Works on code units: a combining mark after `>` must not hide the end of a section.
    private static func section(_ text: String) -> String {
        let known = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { scalar in
                    scalar.value >= 0x20 ? scalar.value & 0xfffe != 0xfffe : [0x09, 0x0a, 0x0d].contains(scalar.value)
                }))
        var out = Array("<![CDATA[".utf8)
        var brackets = 0
        for byte in known.utf8 {
            if byte == UInt8(ascii: ">"), brackets >= 2 { out.append(contentsOf: "]]><![CDATA[".utf8) }
            brackets = byte == UInt8(ascii: "]") ? brackets + 1 : 0
            out.append(byte)
        }
        out.append(contentsOf: "]]>".utf8)
        return String(decoding: out, as: UTF8.self)
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 256 else { return false }
        let letters: (UInt8) -> Bool = { byte in
            (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f || byte >= 0x80
        }
        return letters(first) && name.utf8.allSatisfy { letters($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
    }
}
