// SPDX-License-Identifier: Apache-2.0

/// The parameters after the `?`, decoded; each may occur once.
struct Query: Sendable {
    private(set) var pairs: [(name: String, value: String)] = []

    init() {}

    /// `+` is a space, as forms and browsers write it. Throws a problem that names the parameter.
    init(_ text: some StringProtocol) throws(Problem) {
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(halves[0]), let value = Self.decode(halves.count > 1 ? halves[1] : "") else {
                throw .bad("invalid_query", "The query is not percent-encoded UTF-8.")
            }
            guard self[name] == nil else { throw .bad("invalid_parameter", "Parameter \(name) is given twice.", parameter: name) }
            pairs.append((name, value))
        }
    }

    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// - Returns: nil if an escape is incomplete or the bytes are no UTF-8.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: Unicode.UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
}
