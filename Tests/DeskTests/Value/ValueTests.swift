// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("Value") struct ValueTests {
    private let value: Value = ["customer": ["vip_level": 3, "name": "李", "gone": nil], "items": [1, 2.0, "x"]]

    @Test("paths, absent fields and null") func paths() {
        #expect(value.at("customer.vip_level") == 3)
        #expect(value.at("customer.gone") == nil)
        #expect(value.at("customer.name.first") == nil)
        #expect(value["items"]?[2] == "x")
        #expect(value["items"]?[3] == nil)
        #expect(value["nothing"] == nil)
    }

    @Test("numbers are read as what they are worth") func numbers() {
        #expect(Value.double(2).int == 2)
        #expect(Value.double(2.5).int == nil)
        #expect(Value.double(1e300).int == nil)
        #expect(Value.int(2).double == 2)
        #expect(Value.string("2").int == nil)
    }

    @Test("equal whatever the order of the fields; a set finds it") func equality() {
        let (a, b): (Value, Value) = (["a": 1, "b": [nil]], ["b": [nil], "a": 1])
        #expect(a == b)
        #expect(Set([a]).contains(b))
        #expect(a != ["a": 1])
        #expect(a != ["a": 1, "c": [nil]])
        #expect(Value.int(1) != .double(1))
    }

    @Test("fields are set, replaced in place and removed") func fields() {
        var value: Value = ["a": 1, "b": 2]
        value["a"] = 3
        value["c"] = 4
        value["b"] = nil
        #expect(value.jsonText == #"{"a":3,"c":4}"#)
        var text: Value = "x"
        text["a"] = 1
        #expect(text == ["a": 1])
    }

    @Test("laid over one another; without nulls") func merging() {
        #expect((["a": 1, "b": 2] as Value).merging(["b": nil, "c": 3]) == ["a": 1, "b": nil, "c": 3])
        #expect((["a": nil, "b": 2] as Value).compact() == ["b": 2])
        #expect((5 as Value).merging(["a": 1]) == ["a": 1])
    }
}

@Suite("Base64") struct Base64Tests {
    @Test(
        "the vectors of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test("every byte, every length", arguments: [1, 2] as [UInt64]) func roundTrip(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            let text = Base64.encode(bytes)
            #expect(Base64.decode(text) == bytes)
            #expect(Base64.decode(text.filter { $0 != "=" }, lenient: true) == bytes)
        }
    }

    @Test(
        "strict: foreign characters, missing or too much padding, bits that are not zero",
        arguments: [
            "Zg", "Zg=", "Zg===", "Z===", "=", "====", "Zm9v====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm9-", "Zm9_", "Z=m9",
            "Zé==",
        ])
    func strict(text: String) { #expect(Base64.decode(text) == nil) }

    @Test("lenient: the 43 characters of a platform's AES key, with a last one whose bits are lost") func lenient() {
        let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
        #expect(key.count == 43)
        #expect(Base64.decode(key) == nil)
        #expect(Base64.decode(key, lenient: true)?.count == 32)
        #expect(Base64.decode(key + "=", lenient: true) == Base64.decode(key, lenient: true))
        #expect(Base64.decode("A", lenient: true) == nil)
        #expect(Base64.decode("Zm9-", lenient: true) == nil)
    }
}
