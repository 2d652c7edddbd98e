// SPDX-License-Identifier: Apache-2.0
import Desk

/// The shape of a JSON value: checks what comes in, and stands in `/openapi.json`. One description for both, so neither can lie.
indirect enum Schema: Sendable {
    /// - Parameter format: as in OpenAPI: `date-time`, `uri`.
    case string(format: String? = nil, length: ClosedRange<Int> = 0...65_536)
    case choice([String])
    case integer(ClosedRange<Int64>)
    case number
    case boolean
    case array(Schema, limit: Int = 1000)
    /// Only these fields.
    case object([Field])
    /// What the server answers: these fields, and in time perhaps more.
    case record([Field])
    /// Any fields, up to so many bytes of JSON.
    case anyObject(bytes: Int = 65_536)
    /// What anybody may send.
    case any
    /// A schema of `Components`, by name.
    case reference(String)
    case nullable(Schema)

    /// A field of an object.
    struct Field: Sendable {
        let name: String
        let schema: Schema
        let isNeeded: Bool
        /// What it is, in one sentence.
        let note: String?
    }

    static let text = Schema.string()
    static let time = Schema.string(format: "date-time")
    static func id(_ letter: Character) -> Schema { .string(format: "\(letter)-id", length: 14...14) }
}

extension Schema.Field {
    static func needed(_ name: String, _ schema: Schema, _ note: String? = nil) -> Self {
        Self(name: name, schema: schema, isNeeded: true, note: note)
    }
    static func optional(_ name: String, _ schema: Schema, _ note: String? = nil) -> Self {
        Self(name: name, schema: schema, isNeeded: false, note: note)
    }
}

// MARK: - Checking

extension Schema {
    /// What is wrong with a value; empty if nothing.
    /// - Parameter pointer: RFC 6901, where the value stands.
    func violations(of value: Value, at pointer: String = "") -> [Problem.Violation] {
        func wrong(_ expected: String) -> [Problem.Violation] { [.init(pointer: pointer, message: "\(expected) was expected.")] }
        switch self {
        case .any: return []
        case .reference(let name): return Components.schemas[name]?.violations(of: value, at: pointer) ?? []
        case .nullable(let schema): return value.isNull ? [] : schema.violations(of: value, at: pointer)
        case .boolean: return value.bool == nil ? wrong("true or false") : []
        case .number: return value.double == nil ? wrong("a number") : []
        case .integer(let range):
            guard let number = value.int, range.contains(number) else {
                return wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return []
        case .choice(let names):
            guard let text = value.string, names.contains(text) else { return wrong("one of \(names.joined(separator: ", "))") }
            return []
        case .string(let format, let length):
            guard let text = value.string else { return wrong("a text") }
            guard length.contains(text.count) else {
                let least = length.lowerBound == length.upperBound ? "" : "\(length.lowerBound) to "
                return wrong("a text of \(least)\(length.upperBound) characters")
            }
            if format == "date-time", Instant(rfc3339: text) == nil { return wrong("a time as RFC 3339 writes it") }
            return []
        case .array(let item, let limit):
            guard let items = value.array, items.count <= limit else { return wrong("a list of at most \(limit)") }
            return items.enumerated().flatMap { item.violations(of: $1, at: "\(pointer)/\($0)") }
        case .anyObject(let bytes):
            guard value.object != nil, value.json.count <= bytes else { return wrong("an object of at most \(bytes) bytes") }
            return []
        case .object(let fields), .record(let fields): return Self.violations(of: value, fields, at: pointer)
        }
    }

    private static func violations(of value: Value, _ fields: [Field], at pointer: String) -> [Problem.Violation] {
        guard let given = value.object else { return [.init(pointer: pointer, message: "an object was expected.")] }
        var found: [Problem.Violation] = []
        for pair in given.pairs {
            let place = "\(pointer)/\(pair.name.replacing("~", with: "~0").replacing("/", with: "~1"))"
            if let field = fields.first(where: { $0.name == pair.name }) {
                // Null stands for "not given" where a field need not be given.
                if pair.value.isNull, !field.isNeeded { continue }
                found += field.schema.violations(of: pair.value, at: place)
            } else {
                let known = fields.map(\.name).joined(separator: ", ")
                found.append(.init(pointer: place, message: "unknown field; known are: \(known.isEmpty ? "none" : known)."))
            }
        }
        for field in fields where field.isNeeded && given[field.name] == nil {
            found.append(.init(pointer: "\(pointer)/\(field.name)", message: "missing."))
        }
        return found
    }
}

// MARK: - OpenAPI

extension Schema {
    /// As JSON Schema 2020-12, which OpenAPI 3.1 takes.
    var value: Value {
        switch self {
        case .any: return [:]
        case .reference(let name): return ["$ref": .string("#/components/schemas/\(name)")]
        case .nullable(let schema): return ["anyOf": [schema.value, ["type": "null"]]]
        case .boolean: return ["type": "boolean"]
        case .number: return ["type": "number"]
        case .integer(let range):
            var value: Value = ["type": "integer", "minimum": .int(range.lowerBound)]
            if range.upperBound < .max { value["maximum"] = .int(range.upperBound) }
            return value
        case .choice(let names): return ["type": "string", "enum": .array(names.map(Value.string))]
        case .string(let format, let length):
            var value: Value = ["type": "string"]
            if length.lowerBound > 0 { value["minLength"] = .int(Int64(length.lowerBound)) }
            if length.upperBound < 65_536 { value["maxLength"] = .int(Int64(length.upperBound)) }
            if let format { value["format"] = .string(format) }
            return value
        case .array(let item, let limit): return ["type": "array", "items": item.value, "maxItems": .int(Int64(limit))]
        case .anyObject: return ["type": "object", "additionalProperties": true]
        case .object(let fields), .record(let fields):
            var properties: Value = .object(.init())
            for field in fields {
                var schema = field.schema.value
                if let note = field.note { schema["description"] = .string(note) }
                properties[field.name] = schema
            }
            var value: Value = ["type": "object", "properties": properties]
            if case .object = self { value["additionalProperties"] = false }
            let needed = fields.filter(\.isNeeded).map { Value.string($0.name) }
            if !needed.isEmpty { value["required"] = .array(needed) }
            return value
        }
    }
}
