// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("JSON") struct JSONTests {
    @Test(
        "what RFC 8259 calls JSON is read",
        arguments: [
            ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-1", -1),
            ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("1.5", 1.5), ("-0.25", -0.25), ("1e2", .double(100)), ("1E+2", .double(100)),
            ("25e-1", 2.5), ("\"\"", ""),
            ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\u{8}\u{c}\n\r\t"), ("\"\\u00e9\\u4F60\"", "é你"),
            ("\"\\ud83d\\ude00\"", "😀"), ("\"😀\u{7f}\"", "😀\u{7f}"),
            ("[]", []), ("{}", [:]), ("[ 1 , [ 2 ] , { } ]", [1, [2], [:]]),
            ("{\"a\":{\"b\":[null]},\"\":1}", ["a": ["b": [nil]], "": 1]),
            ("\t\r\n [1]\n", [1]), ("\"\\u0000\"", "\0"), ("\u{feff}[1]", [1]), ("1e-999", .double(0)),
        ] as [(String, Value)])
    func good(text: String, expected: Value) throws { #expect(try Value(json: text) == expected) }

    @Test(
        "what it does not is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "tru", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1.e1", "1e", "1e+",
            "0x10", "1_000", "--1", "1 2",
            "\"", "\"a", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "[", "]", "[1",
            "[1,]", "[,1]", "[1 2]", "[1,,2]", "{", "}",
            "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "[1]]",
            "{}{}", "[1],", "// x\n1", "[1/*x*/]", "\u{a0}1",
            "\u{feff}", "１", "1e400", "-1e400",
        ])
    func bad(text: String) { #expect(throws: JSONError.self) { try Value(json: text) } }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xe4, 0xbd, 0x22],
            [0x22, 0x5c, 0x6e, 0x80, 0x22], [0xfe, 0xff, 0x00, 0x31], [0x80], [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) { #expect(throws: JSONError.self) { try Value(json: bytes) } }

    @Test(
        "half a surrogate pair becomes the replacement character, and eats nothing",
        arguments: [
            ("\"\\ud83d\"", "\u{fffd}"), ("\"\\ude00\"", "\u{fffd}"), ("\"\\ud83dx\"", "\u{fffd}x"),
            ("\"\\ud83d\\u0041\"", "\u{fffd}A"),
            ("\"\\ud83d\\ud83d\\ude00\"", "\u{fffd}😀"), ("\"\\ud83d\\n\"", "\u{fffd}\n"),
        ])
    func surrogates(text: String, expected: String) throws { #expect(try Value(json: text) == .string(expected)) }

    @Test(
        "whole numbers beyond 64 bits stay what they are, as text",
        arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"])
    func bigNumbers(text: String) throws { #expect(try Value(json: text) == .string(text)) }

    @Test("depth is bounded, for arrays and objects; the limit itself is allowed") func depth() throws {
        func nested(_ count: Int) -> String { String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(throws: Never.self) { try Value(json: nested(64)) }
        for text in [
            nested(65), nested(1000), String(repeating: "{\"a\":", count: 1000) + "1" + String(repeating: "}", count: 1000),
            String(repeating: "[", count: 1_000_000),
        ] {
            let error = #expect(throws: JSONError.self) { try Value(json: text) }
            #expect(error?.message.contains("64") == true)
        }
        #expect(throws: Never.self) { try Value(json: nested(1000), depth: 1000) }
    }

    @Test("an error says where", arguments: [("[1, x]", 4), ("{\"a\":1,}", 7), ("[1] 2", 4), ("\"abc", 4)])
    func offsets(text: String, offset: Int) {
        #expect(#expect(throws: JSONError.self) { try Value(json: text) }?.offset == offset)
    }

    @Test("of a field that occurs twice the last counts, at the place of the first; also among many") func duplicates() throws {
        #expect(try Value(json: #"{"a":1,"b":2,"a":3}"#).jsonText == #"{"a":3,"b":2}"#)
        let many = "{" + (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + ",\"k7\":-1,\"k99\":-2}"
        let value = try Value(json: many)
        #expect(value.object?.count == 100)
        #expect(value["k7"] == -1)
        #expect(value["k99"] == -2)
    }

    @Test(
        "written text is JSON without a byte too many",
        arguments: [
            (["b": 1, "a": [true, nil, "x"]], #"{"b":1,"a":[true,null,"x"]}"#), (.double(1), "1.0"), (.double(-2.5), "-2.5"),
            (.double(.nan), "null"),
            (.double(.infinity), "null"), (.double(-9_223_372_036_854_775_808), "-9.223372036854776e+18"),
            (.double(1e300), "1e+300"), (.int(.min), "-9223372036854775808"),
            ("\u{1}\u{1f}\"\\/\n\r\t\u{8}\u{7f}é😀\u{2028}", "\"\\u0001\\u001f\\\"\\\\/\\n\\r\\t\\u0008\u{7f}é😀\u{2028}\""),
            (.bytes([0xff, 0xfe]), "\"//4=\""), ([:], "{}"), ([], "[]"),
        ] as [(Value, String)])
    func written(value: Value, text: String) { #expect(value.jsonText == text) }

    @Test("what is written is read back the same", arguments: [1, 2, 3, 4] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        for _ in 0..<300 {
            let value = Self.random(depth: 5, &numbers)
            let again = try Value(json: value.json)
            #expect(again == value)
            #expect(again.json == value.json)
        }
    }

    private static func random(depth: Int, _ numbers: inout SeededNumbers) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &numbers) {
        case 0: return .null
        case 1: return .bool(.random(using: &numbers))
        case 2: return .int(Int64(bitPattern: numbers.next()) >> Int64.random(in: 0..<64, using: &numbers))
        case 3: return .double(Double.random(in: -1...1, using: &numbers) * (Bool.random(using: &numbers) ? 1 : 1e200))
        case 4: return .double(Double(Int64(bitPattern: numbers.next()) >> Int64.random(in: 0..<64, using: &numbers)))
        case 5: return .string(text(&numbers))
        case 6: return .array((0..<Int.random(in: 0..<6, using: &numbers)).map { _ in random(depth: depth - 1, &numbers) })
        default:
            var fields = Value.Fields()
            for _ in 0..<Int.random(in: 0..<24, using: &numbers) { fields[text(&numbers)] = random(depth: depth - 2, &numbers) }
            return .object(fields)
        }
    }

    private static func text(_ numbers: inout SeededNumbers) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &numbers) {
            let top: UInt32 = [0x20, 0x80, 0x800, 0x10000, 0x10ffff][Int.random(in: 0..<5, using: &numbers)]
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...top, using: &numbers)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
