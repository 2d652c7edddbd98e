// SPDX-License-Identifier: Apache-2.0

/// How the domain's values are written as objects and read again; the `…+Value` files speak in these words.
extension Value {
    /// An object of the fields that are there, in this order. Names must be unique.
    init(fields: KeyValuePairs<String, Value?>) {
        var pairs: [Fields.Pair] = []
        pairs.reserveCapacity(fields.count)
        for (name, value) in fields { if let value { pairs.append(.init(name, value)) } }
        self = .object(.init(unchecked: pairs))
    }

    /// RFC 3339.
    static func time(_ instant: Instant?) -> Value? { instant.map { .string($0.rfc3339) } }
    static func id<Of>(_ id: ID<Of>?) -> Value? { id.map { .string($0.text) } }
    static func text(_ text: String?) -> Value? { text.map(Value.string) }
    static func texts(_ texts: [String]) -> Value { .array(texts.map(Value.string)) }

    func text(_ name: String) -> String? { self[name]?.string }
    func number(_ name: String) -> Int? { self[name]?.int.map(Int.init) }
    /// Nil if absent or no time.
    func time(_ name: String) -> Instant? { self[name]?.string.flatMap { Instant(rfc3339: $0) } }
    /// Nil if absent or no id of that kind.
    func id<Of>(_ name: String) -> ID<Of>? { self[name]?.string.flatMap { ID(text: $0) } }
    /// Empty if absent; what is no text is left out.
    func texts(_ name: String) -> [String] { self[name]?.array?.compactMap(\.string) ?? [] }
    /// An object, empty if absent or something else.
    func fields(_ name: String) -> Value {
        if let value = self[name], value.object != nil { value } else { .object(.init()) }
    }
}
