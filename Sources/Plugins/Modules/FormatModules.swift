// SPDX-License-Identifier: Apache-2.0
import Desk

/// `json`, `xml` and `url`: what platforms write and read.
enum FormatModules {
    /// Deeper JSON is refused: a table of a plugin may be 32 levels deep.
    private static let depth = 28

    static var functions: [ModuleFunction] {
        [
            ModuleFunction("json.decode") { args throws(ArgumentError) in
                let text = try args.bytes(0, "the text")
                let options = args[1] == nil ? nil : try args.table(1, "the options", fields: ["null", "scalars"])
                let asText = options?["scalars"]?.string == "text"
                do {
                    let value = try Value(json: text, depth: depth)
                    return .value(
                        asText || options?["null"] != nil ? plain(value, null: options?["null"], asText: asText) : value)
                } catch { return .nothing("\(error)", code: "bad_json") }
            },
            ModuleFunction("json.encode") { args throws(ArgumentError) in
                guard args.values.count > 0 else { throw ArgumentError("the value is missing") }
                return .bytes(args.values[0].json)
            },
            ModuleFunction("xml.decode") { args throws(ArgumentError) in
                let text = try args.bytes(0, "the text")
                do throws(XMLFailure) { return .value(try XMLReader.parse(text).tree) } catch {
                    return .nothing("\(error)", code: error.code.rawValue)
                }
            },
            ModuleFunction("xml.object") { args throws(ArgumentError) in
                let text = try args.bytes(0, "the text")
                let root = args[1] == nil ? nil : try args.text(1, "the root element's name")
                do throws(XMLFailure) {
                    let element = try XMLReader.parse(text)
                    if let root, element.name != root { return .nothing("the root element is not <\(root)>", code: "bad_xml") }
                    return .value(element.children.isEmpty ? .object(.init()) : element.content)
                } catch { return .nothing("\(error)", code: error.code.rawValue) }
            },
            ModuleFunction("xml.encode") { args throws(ArgumentError) in
                let root = try args.text(0, "the root element's name")
                guard let text = XMLWriter.write(root: root, args[1] ?? .object(.init())) else {
                    throw ArgumentError("a name is no XML name")
                }
                return .value(.string(text))
            },
            ModuleFunction("url.encode") { args throws(ArgumentError) in
                .value(.string(PercentCoding.encode(try args.bytes(0, "the text"))))
            },
            ModuleFunction("url.decode") { args throws(ArgumentError) in
                .bytes(PercentCoding.decode(try args.bytes(0, "the text")[...]))
            },
            ModuleFunction("url.query") { args throws(ArgumentError) in
                .value(.string(try query(args[0] ?? .object(.init()))))
            },
            ModuleFunction("url.parse_query") { args throws(ArgumentError) in
                .value(PercentCoding.query(String(decoding: try args.bytes(0, "the query"), as: UTF8.self)))
            },
            ModuleFunction("url.parse") { args throws(ArgumentError) in
                guard let address = WebAddress(try args.text(0, "the address")) else {
                    return .nothing("this is no http address", code: "bad_url")
                }
                let parts = address.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
                return .value([
                    "scheme": .string(address.scheme), "host": .string(address.host), "port": .int(Int64(address.port)),
                    "path": .string(String(parts[0])), "query": .string(parts.count > 1 ? String(parts[1]) : ""),
                ])
            },
        ]
    }

    /// `a=1&b=2`, names in order of their bytes; lists repeat the name.
    static func query(_ value: Value) throws(ArgumentError) -> String {
        guard let object = value.object else { throw ArgumentError("the parameters must be a table") }
        var out: [String] = []
        for pair in object.pairs {
            for item in pair.value.array ?? [pair.value] {
                guard let text = scalar(item) else { throw ArgumentError("parameter '\(pair.name)' must be a text or number") }
                out.append("\(PercentCoding.encode(Array(pair.name.utf8)))=\(PercentCoding.encode(text))")
            }
        }
        return out.joined(separator: "&")
    }

    private static func scalar(_ value: Value) -> [UInt8]? {
        switch value {
        case .string, .bytes: value.utf8
        case .int(let number): Array(String(number).utf8)
        case .double(let number): Array("\(number)".utf8)
        case .bool(let flag): Array((flag ? "true" : "false").utf8)
        default: nil
        }
    }

    /// Nulls become something Lua tables can hold; with `asText` numbers and flags become their text.
    private static func plain(_ value: Value, null: Value?, asText: Bool) -> Value {
        switch value {
        case .null: return null ?? (asText ? "" : .null)
        case .bool(let flag) where asText: return .string(flag ? "true" : "false")
        case .int(let number) where asText: return .string(String(number))
        case .double(let number) where asText: return .string("\(number)")
        case .array(let items): return .array(items.map { plain($0, null: null, asText: asText) })
        case .object(let fields):
            return .object(
                .init(unchecked: fields.pairs.map { .init($0.name, plain($0.value, null: null, asText: asText)) }))
        default: return value
        }
    }
}
