// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

@Suite("Values cross and come back the same")
struct ValueCrossingTests {
    /// What a value becomes on its way through a table: fields sorted, null fields gone.
    private func normalized(_ value: Value) -> Value {
        switch value {
        case .array(let items): return .array(items.map(normalized))
        case .object(let fields):
            let kept = fields.pairs.filter { $0.value != .null }
            let sorted = kept.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
            return .object(.init(unchecked: sorted.map { .init($0.name, normalized($0.value)) }))
        case .bytes(let bytes): return String(validating: bytes, as: UTF8.self).map(Value.string) ?? value
        default: return value
        }
    }

    private func random(_ generator: inout SeededGenerator, depth: Int) -> Value {
        let doubles = [0.0, -0.0, 1.5, -1e300, .infinity, -.infinity, Double.leastNonzeroMagnitude, 3.0, 1e15]
        let texts = ["", "a", "退款什么时候到账", "line\nend", "\0", "😀", String(repeating: "x", count: 300)]
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .double(doubles.randomElement(using: &generator)!)
        case 4: return .string(texts.randomElement(using: &generator)!)
        case 5:
            return .bytes(
                (0..<Int.random(in: 1..<20, using: &generator)).map { _ in UInt8.random(in: 128...255, using: &generator) })
        case 6, 7:
            let count = Int.random(in: 0..<6, using: &generator)
            return .array((0..<count).map { _ in random(&generator, depth: depth - 1) })
        default:
            var fields = Value.Fields()
            for index in 0..<Int.random(in: 0..<8, using: &generator) {
                fields["f\(index * 7 % 8)"] = random(&generator, depth: depth - 1)
            }
            return .object(fields)
        }
    }

    @Test("two thousand random trees")
    func roundTrips() throws {
        let state = try makeState()
        let identity = try state.load(source: Array("return ...".utf8), chunk: "identity.lua")
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let value = random(&generator, depth: 4)
            #expect(try state.call(identity, [value], budget: .pluginCall) == [normalized(value)])
        }
    }

    @Test("doubles keep their bits and their kind")
    func doubles() throws {
        let state = try makeState()
        let numbers: [Double] = [
            0.0, -0.0, 1.0, .infinity, -.infinity, .nan, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        let back = try state.run("return ...", numbers.map(Value.double))
        for (number, value) in zip(numbers, back) {
            guard case .double(let found) = value else { return #expect(Bool(false), "\(value)") }
            #expect(found.bitPattern == number.bitPattern || (found.isNaN && number.isNaN))
        }
        #expect(try state.run("return math.type(...)", [3.0]) == ["float"])
        #expect(try state.run("return math.type(...)", [3]) == ["integer"])
    }

    @Test("the empty table is an object, unless it is marked or came as an array")
    func emptyTables() throws {
        let state = try makeState()
        #expect(try state.run("return {}, __array(), __array({}), ...", [[], [:]]) == [[:], [], [], [], [:]])
        #expect(try state.run("local a = ... a[1] = 'x' return a", [[]]) == [["x"]])
        #expect(try state.run("local a = __array() a.x = 1 return a") == [["x": 1]])
    }

    @Test("null: nothing in objects, a mark in arrays")
    func null() throws {
        let state = try makeState()
        let result = try state.run(
            "local o, a = ... return o.x == nil, next(o), a[1] == null, #a, tostring(null), { null, y = nil }, { x = null }",
            [["x": nil], [nil, 1]])
        #expect(result == [true, nil, true, 2, "null", [nil], ["x": nil]])
    }

    @Test("fields come out sorted by their bytes, however they came in")
    func sortedFields() throws {
        let state = try makeState()
        let value = try state.run("local t = {} for w in ('z B a é _ aa 退'):gmatch('%S+') do t[w] = 1 end return t")[0]
        #expect(value.object?.names == ["B", "_", "a", "aa", "z", "é", "退"])
    }

    @Test("what cannot cross is named with its place")
    func places() throws {
        let state = try makeState()
        let failure = try #require(
            state.failure(of: "return 1, { lines = { { price = 1 }, { price = coroutine.create(error) } } }"))
        #expect(failure.code == .value)
        #expect(failure.message == "result 2.lines[2].price: a coroutine cannot leave Lua")
    }

    @Test("values for Lua are bounded in depth")
    func depth() throws {
        let state = try makeState(limits: .init(valueDepth: 4))
        var value: Value = 1
        for _ in 0..<4 { value = [value] }
        #expect(try state.run("return ...", [value]) == [value])
        #expect(throws: LuaFailure.self) { try state.run("return 1", [[value]]) }
    }

    @Test("broken bytes make a failure, never a crash")
    func brokenBytes() throws {
        let state = try makeState()
        let function = try state.load(source: Array("return ...".utf8), chunk: "f.lua")
        let whole = LuaEncoder([["a": [1, 2.5, "text", true], "b": nil]]).bytes
        for count in 5..<whole.count {
            #expect(throws: LuaFailure.self) {
                try state.call(function, encoded: LuaEncoder(raw: Array(whole[..<count])), budget: .decision) { _ in }
            }
        }
    }
}
