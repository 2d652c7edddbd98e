// SPDX-License-Identifier: Apache-2.0

/// The header fields of a message as they stand in it: bytes, in order, unfolded.
///
/// Read by ourselves because of repeated fields: the first From, Subject, Date and Message-ID count, and a repetition is a defect that
/// forgers use.
package struct MailHeaders: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// Lower case.
        package let name: String
        package let bytes: [UInt8]
    }

    package private(set) var fields: [Field] = []
    /// Where the body begins in the bytes that were read.
    package private(set) var bodyStart = 0
    /// A field was longer than 64 KiB and has been cut, or there were more than 1 000.
    package private(set) var isCut = false

    private static let fieldLimit = 64 << 10
    private static let countLimit = 1000

    /// Fields given one by one, for mail that is composed and for tests.
    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields.map { Field(name: $0.name.lowercased(), bytes: Array($0.value.utf8)) }
    }

    /// Reads up to the first empty line; line ends may be LF.
    package init(reading raw: [UInt8]) {
        var index = 0
        while index < raw.count {
            let end = raw[index...].firstIndex(of: 0x0a) ?? raw.count
            var line = raw[index..<end]
            if line.last == 0x0d { line.removeLast() }
            index = min(raw.count, end + 1)
            if line.isEmpty { break }
            take(line)
        }
        bodyStart = index
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        if line.first == 0x20 || line.first == 0x09 {
            guard let last = fields.popLast() else { return }
            let room = Self.fieldLimit - last.bytes.count
            if line.count > room { isCut = true }
            fields.append(Field(name: last.name, bytes: last.bytes + line.prefix(max(0, room))))
            return
        }
        guard let colon = line.firstIndex(of: 0x3a), fields.count < Self.countLimit else {
            if fields.count >= Self.countLimit { isCut = true }
            return
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        if value.count > Self.fieldLimit { isCut = true }
        fields.append(Field(name: name.filter { !$0.isWhitespace }, bytes: Array(value.prefix(Self.fieldLimit))))
    }

    /// The first field of that name.
    /// - Parameter name: lower case.
    package subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.bytes }

    package func all(_ name: String) -> [[UInt8]] { fields.filter { $0.name == name }.map(\.bytes) }

    /// The first field of that name as text, encoded words decoded.
    package func text(_ name: String) -> String? {
        self[name].map { EncodedWords.decode($0).trimmed }
    }

    package func has(prefix: String) -> Bool { fields.contains { $0.name.hasPrefix(prefix) } }

    /// `<…>` ids of a field, in order; an id without brackets is taken too.
    package func messageIDs(_ name: String) -> [String] {
        guard let bytes = self[name] else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        var ids: [String] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let id = rest[rest.index(after: open)..<close].filter { !$0.isWhitespace }
            if !id.isEmpty { ids.append(id) }
            rest = rest[rest.index(after: close)...]
        }
        if ids.isEmpty { ids = text.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.contains("@") } }
        return ids
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }
}
