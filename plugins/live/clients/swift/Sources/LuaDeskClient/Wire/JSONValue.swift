// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Any JSON value: what a message's fields hold.
///
/// Read it by name or by place: `message.fields["options"]?[0]?["text"]?.string`.
public enum JSONValue: Sendable, Hashable, Codable {
    case null
    case bool(Bool)
    case int(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Throws `DecodingError` for what is no JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The text; nil if it is none.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value; nil if it is none.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The whole number; nil if it is none.
    public var int: Int64? { if case .int(let value) = self { value } else { nil } }
    /// The number, whole or not; nil if it is none.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
    /// The items; nil if it is no array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members; nil if it is no object.
    public var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

    /// A member of an object; nil if there is none of this name, or this is no object.
    public subscript(name: String) -> JSONValue? { object?[name] }
    /// An item of an array; nil if there is none, or this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}

extension JSONValue {
    /// Throws `DecodingError` for what is no JSON.
    init(data: Data) throws { self = try JSONDecoder().decode(JSONValue.self, from: data) }

    var data: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }
}
