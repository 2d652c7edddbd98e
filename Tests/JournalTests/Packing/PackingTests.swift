// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Journal

@Suite("values on disk")
struct PackingTests {
    static let values: [Value] = [
        nil, true, false, 0, -1, 127, 128, .int(.max), .int(.min), 0.0, -0.5, .double(.infinity), 1e300, "", "字",
        .bytes([0xff, 0]),
        [], [1, [2, [3]]], [:], ["id": "x", "unknown name": 1, "": nil, "nested": ["text": [.bytes([])]]],
        .string(String(repeating: "长", count: 70_000)),
    ]

    @Test("come back exactly", arguments: values)
    func roundTrip(_ value: Value) throws {
        #expect(try Value(packed: value.packed()) == value)
    }

    @Test("keep the order of fields")
    func order() throws {
        let value: Value = ["z": 1, "id": 2, "a": 3]
        #expect(try Value(packed: value.packed()).object?.names == ["z", "id", "a"])
    }

    @Test("broken ones are refused at any byte, and nothing crashes")
    func broken() throws {
        let bytes = try Self.values[19].packed()
        for count in 0..<bytes.count { #expect(throws: StoreError.self) { try Value(packed: Array(bytes.prefix(count))) } }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xff
            _ = try? Value(packed: changed)
        }
        #expect(throws: StoreError.self) { try Value(packed: bytes + [0]) }
        #expect(throws: StoreError.self) { try Value(packed: [7, 0xff, 0xff, 0xff, 0xff, 0x0f]) }
    }

    @Test("too deep ones are refused instead of stored")
    func depth() throws {
        var value: Value = 1
        for _ in 0..<200 { value = [value] }
        #expect(try Value(packed: value.packed()) == value)
        #expect(throws: StoreError.self) { try Value.array([value]).packed() }
    }

    @Test("field names keep their numbers: they are on disk")
    func fieldNames() {
        #expect(FieldNames.positions.count == FieldNames.all.count)
        #expect(FieldNames.positions["id"] == 0)
        #expect(FieldNames.positions["seq"] == 14)
        #expect(FieldNames.positions["_flow"] == 42)
        #expect(FieldNames.positions["idle_since"] == 73)
        #expect(FieldNames.positions["code"] == 109)
    }
}
