// SPDX-License-Identifier: Apache-2.0

/// Reads the small, strict part of XML 1.0 that platforms send: elements, attributes, text, CDATA, comments, the five
/// predefined entities and character references.
///
/// There is nothing here that could reach out or grow: no document types, no entities of one's own, no files, no network.
/// Depth and size are limited. No recursion: hostile nesting cannot exhaust the stack.
package struct XMLReader {
    package struct Limits: Sendable {
        package var byteCount = 1 << 20
        package var depth = 20
        package var elements = 20_000
        package init() {}
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var index = 0
    private var open: [Frame] = []
    private var elementCount = 0

    /// An element whose end has not come yet, with the pieces of its text.
    private struct Frame {
        var element: XMLElement
        var pieces: [(isData: Bool, text: [UInt8])] = []
    }

    /// - Returns: the root element.
    package static func parse(_ bytes: [UInt8], limits: Limits = .init()) throws(XMLFailure) -> XMLElement {
        guard bytes.count <= limits.byteCount else {
            throw XMLFailure(code: .malformed, message: "larger than \(limits.byteCount) bytes", offset: limits.byteCount)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw XMLFailure(code: .malformed, message: "no valid UTF-8", offset: 0)
        }
        var reader = XMLReader(bytes: bytes, limits: limits)
        return try reader.document()
    }

    private init(bytes: [UInt8], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    private func fail(_ message: String, _ code: XMLFailure.Code = .malformed) -> XMLFailure {
        XMLFailure(code: code, message: message, offset: index)
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return bytes[index..<index + count].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private mutating func skipSpace() { while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 } }

    private mutating func document() throws(XMLFailure) -> XMLElement {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
        if starts(with: "<?xml") { try skip(to: "?>", "the XML declaration is not closed") }
        var root: XMLElement?
        while index < bytes.count {
            if open.isEmpty { skipSpace() }
            guard index < bytes.count else { break }
            if bytes[index] == UInt8(ascii: "<") {
                if let finished = try markup(isAfterRoot: root != nil) { root = finished }
            } else {
                guard !open.isEmpty else { throw fail("text outside of the root element") }
                try text()
            }
        }
        guard open.isEmpty else { throw fail("<\(open[open.count - 1].element.name)> is not closed") }
        guard let root else { throw fail("there is no element") }
        return root
    }

    /// One piece of markup; gives the root when its end tag has come.
    private mutating func markup(isAfterRoot: Bool) throws(XMLFailure) -> XMLElement? {
        if starts(with: "<!--") {
            index += 4
            let start = index
            while index + 1 < bytes.count, !(bytes[index] == 0x2d && bytes[index + 1] == 0x2d) { index += 1 }
            guard starts(with: "-->") else { index = start; throw fail("a comment is not closed") }
            index += 3
            return nil
        }
        if starts(with: "<![CDATA[") {
            guard !open.isEmpty else { throw fail("CDATA outside of the root element") }
            let start = index + 9
            try skip(to: "]]>", "a CDATA section is not closed")
            let section = Array(bytes[start..<index - 3])
            try check(section)
            open[open.count - 1].pieces.append((true, section))
            return nil
        }
        if starts(with: "<!") { throw fail("document types and declarations are not allowed", .forbidden) }
        if starts(with: "<?") {
            try skip(to: "?>", "a processing instruction is not closed")
            return nil
        }
        if starts(with: "</") { return try endTag() }
        guard !isAfterRoot || !open.isEmpty else { throw fail("a second root element") }
        return try startTag()
    }

    private mutating func skip(to end: StaticString, _ complaint: String) throws(XMLFailure) {
        let start = index
        while index < bytes.count, !starts(with: end) { index += 1 }
        guard index < bytes.count else { index = start; throw fail(complaint) }
        index += end.utf8CodeUnitCount
    }

    private mutating func name() throws(XMLFailure) -> String {
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), 0x80...:
                index += 1
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                guard index > start else { throw fail("a name was expected") }
                index += 1
                continue
            default: break
            }
            break
        }
        guard index > start, index - start <= 256 else { throw fail("a name was expected") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func startTag() throws(XMLFailure) -> XMLElement? {
        index += 1
        var element = XMLElement(try name())
        elementCount += 1
        guard elementCount <= limits.elements else { throw fail("more than \(limits.elements) elements") }
        guard open.count < limits.depth else { throw fail("nested deeper than \(limits.depth)") }
        while true {
            let before = index
            skipSpace()
            guard index < bytes.count else { throw fail("a tag is not closed") }
            switch bytes[index] {
            case UInt8(ascii: ">"):
                index += 1
                open.append(Frame(element: element))
                return nil
            case UInt8(ascii: "/"):
                index += 1
                guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw fail("'>' was expected") }
                index += 1
                return close(Frame(element: element))
            default:
                guard index > before else { throw fail("white space was expected before an attribute") }
                let attribute = try attribute()
                guard !element.attributes.contains(where: { $0.name == attribute.name }), element.attributes.count < 64 else {
                    throw fail("attribute '\(attribute.name)' is given twice")
                }
                element.attributes.append(attribute)
            }
        }
    }

    private mutating func attribute() throws(XMLFailure) -> (name: String, value: String) {
        let name = try name()
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { throw fail("'=' was expected") }
        index += 1
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
            throw fail("a quoted value was expected")
        }
        let quote = bytes[index]
        index += 1
        var out: [UInt8] = []
        while true {
            guard index < bytes.count else { throw fail("an attribute is not closed") }
            let byte = bytes[index]
            if byte == quote { index += 1; break }
            if byte == UInt8(ascii: "<") { throw fail("'<' in an attribute") }
            if byte == UInt8(ascii: "&") { try reference(into: &out) } else { out.append(byte); index += 1 }
        }
        try check(out)
        return (name, String(decoding: out, as: UTF8.self))
    }

    private mutating func endTag() throws(XMLFailure) -> XMLElement? {
        index += 2
        let name = try name()
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw fail("'>' was expected") }
        guard let frame = open.last, frame.element.name == name else {
            throw fail("</\(name)> does not close what is open")
        }
        index += 1
        open.removeLast()
        return close(frame)
    }

    private mutating func close(_ frame: Frame) -> XMLElement? {
        var element = frame.element
        element.text = Self.join(frame.pieces)
        guard !open.isEmpty else { return element }
        open[open.count - 1].element.children.append(element)
        return nil
    }

    /// White space around CDATA sections, and around bare text, belongs to the layout and not to the value.
    private static func join(_ pieces: [(isData: Bool, text: [UInt8])]) -> String {
        guard !pieces.isEmpty else { return "" }
        let hasData = pieces.contains(where: \.isData)
        var out: [UInt8] = []
        for (place, piece) in pieces.enumerated() {
            var text = piece.text[...]
            if !piece.isData {
                if place == 0 { text = text.drop(while: isSpace) }
                if place == pieces.count - 1 { while let last = text.last, isSpace(last) { text.removeLast() } }
                if hasData, text.allSatisfy(isSpace) { continue }
            }
            out.append(contentsOf: text)
        }
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func text() throws(XMLFailure) {
        var out: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
            if bytes[index] == UInt8(ascii: "&") {
                try reference(into: &out)
            } else if starts(with: "]]>") {
                throw fail("']]>' in text")
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        try check(out)
        let last = open.count - 1
        if let piece = open[last].pieces.last, !piece.isData {
            open[last].pieces[open[last].pieces.count - 1].text += out
        } else {
            open[last].pieces.append((false, out))
        }
    }

    private mutating func reference(into out: inout [UInt8]) throws(XMLFailure) {
        let rest = bytes[(index + 1)..<min(bytes.count, index + 12)]
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { throw fail("'&' without ';'") }
        let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        switch name {
        case "lt": out.append(UInt8(ascii: "<"))
        case "gt": out.append(UInt8(ascii: ">"))
        case "amp": out.append(UInt8(ascii: "&"))
        case "quot": out.append(UInt8(ascii: "\""))
        case "apos": out.append(UInt8(ascii: "'"))
        default:
            guard name.hasPrefix("#") else { throw fail("unknown entity", .forbidden) }
            let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
            guard let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), digits.first != "+",
                let scalar = Unicode.Scalar(number)
            else { throw fail("a bad character reference") }
            out.append(contentsOf: String(Character(scalar)).utf8)
        }
        index = end + 1
    }

    /// Characters that XML 1.0 does not know: control characters, U+FFFE and U+FFFF.
    private func check(_ text: [UInt8]) throws(XMLFailure) {
        for (place, byte) in text.enumerated() {
            let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d
            let isNonCharacter =
                byte == 0xef && place + 2 < text.count && text[place + 1] == 0xbf && text[place + 2] >= 0xbe
            if isControl || isNonCharacter { throw fail("a character that XML does not allow") }
        }
    }
}
