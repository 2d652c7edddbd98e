// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// The host's modules as an author sees them: an expression, and what it gives.
@Suite struct ModuleTests {
    /// Evaluates each expression in a plugin of its own.
    private func evaluate(_ expression: String, store: (any PluginStore)? = nil, clock: ManualClock = ManualClock()) async throws
        -> Value
    {
        let folder = try TemporaryFolder()
        try folder.write(
            "p/plugin.lua",
            "return plugin { name = 'p', kind = 'data', version = '1', calls = { x = function(args) local a, b, c = \(expression); return { a = a, b = b, c = c } end } }"
        )
        try folder.write("p/data/list.json", #"{"a":[1,2]}"#)
        try folder.write("p/data/words.txt", "one two")
        let host = await PluginHost.sample([folder.path], clock: clock.now, lanes: 1, store: store)
        #expect(host.problems() == [])
        let answer: Result<Value, PluginFailure>
        do throws(PluginFailure) { answer = .success(try await host.call("p.x", .null)) } catch { answer = .failure(error) }
        await host.shutdown()
        return try answer.get()
    }

    private func first(_ expression: String, clock: ManualClock = ManualClock()) async throws -> Value {
        try await evaluate("(\(expression)), 0", clock: clock)["a"] ?? .null
    }

    @Test(
        "values come as documented",
        arguments: [
            (#"json.decode('{"id":9007199254740993,"x":null,"l":[]}').id"#, 9_007_199_254_740_993),
            (#"json.decode('{"id":18446744073709551615}').id"#, "18446744073709551615"),
            (#"json.decode('{"a":1,"b":true,"c":null,"d":1.5}', { scalars = "text" }).a"#, "1"),
            (#"json.decode('{"c":null}', { scalars = "text" }).c"#, ""), (#"json.decode('{"c":null}', { null = "-" }).c"#, "-"),
            (#"json.encode({ b = 1, a = "你好", c = array {} })"#, #"{"a":"你好","b":1,"c":[]}"#),
            (#"json.encode(array {})"#, "[]"), (#"json.encode({})"#, "{}"),
            (#"crypto.hex("\0\255a")"#, "00ff61"), (#"crypto.unhex("00FF61") == "\0\255a""#, true),
            (#"crypto.base64("\0\255a")"#, "AP9h"), (#"crypto.unbase64("AP9h") == "\0\255a""#, true),
            (#"crypto.digest("sha1", "", "hex")"#, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (#"#crypto.digest("sha256", "x")"#, 32),
            (#"crypto.hmac("sha1", "k", "d", "base64")"#, "K5DkHnwMyOL3XAKRDDiZzEaLoxY="), (#"crypto.equal("a", "a")"#, true),
            (#"crypto.equal("a", "ab")"#, false),
            (#"#crypto.random(16)"#, 16), (#"#crypto.random(4, "hex")"#, 8),
            (#"url.encode("a b/ü&")"#, "a%20b%2F%C3%BC%26"), (#"url.decode("a%20b+c%zz")"#, "a b c%zz"),
            (#"url.query { b = 2, a = "x y", c = { "1", "2" } }"#, "a=x%20y&b=2&c=1&c=2"),
            (#"url.parse_query("a=1&a=2&b").a[2]"#, "2"),
            (#"url.parse("https://Ex.com:81/p?q").port"#, 81), (#"text.length("👩‍👩‍👧é")"#, 2), (#"text.trim("  \n x ")"#, "x"),
            (#"text.truncate("你好吗", 6)"#, "你好"), (#"text.truncate("abcdefghij", 8, "…")"#, "abcde…"),
            (#"text.is_utf8("\xff")"#, false),
            (#"text.clean("a\xffb")"#, "a\u{fffd}b"), (#"time.now()"#, 1_750_000_000),
            (#"time.rfc3339(0)"#, "1970-01-01T00:00:00.000Z"),
            (#"time.parse_rfc3339("2026-01-01T08:00:00+08:00")"#, 1_767_225_600), (#"time.until_midnight(8)"#, 3200),
            (#"xml.object("<x><a>1</a><a>2</a></x>").a[2]"#, "2"), (#"xml.decode("<x y='1'><a/></x>").attributes.y"#, "1"),
            (#"xml.encode("x", { a = 1, b = "<" })"#, "<x><a>1</a><b><![CDATA[<]]></b></x>"),
            (#"data.read("list.json").a[2]"#, 2), (#"data.read("words.txt")"#, "one two"),
            (
                #"crypto.decrypt { cipher = "aes-128-cbc", key = ("k"):rep(16), iv = ("i"):rep(16), data = crypto.encrypt { cipher = "aes-128-cbc", key = ("k"):rep(16), iv = ("i"):rep(16), data = "hello" } }"#,
                "hello"
            ),
            (#"log.info("x")"#, nil), (#"metric.count("things")"#, nil),
        ] as [(String, Value)])
    func values(_ expression: String, _ expected: Value) async throws {
        #expect(try await first(expression) == expected)
    }

    @Test(
        "what fails in daily life gives nil, message and code",
        arguments: [
            (#"json.decode("{")"#, "bad_json"), (#"json.decode(("["):rep(1000))"#, "bad_json"),
            (#"json.decode("\xff")"#, "bad_json"),
            (#"xml.object("<a>")"#, "bad_xml"), (#"xml.object("<!DOCTYPE a><a/>")"#, "xml_forbidden"),
            (#"xml.object("<a/>", "xml")"#, "bad_xml"),
            (#"crypto.unbase64("*")"#, "bad_base64"), (#"crypto.unhex("abc")"#, "bad_hex"),
            (#"url.parse("nonsense")"#, "bad_url"),
            (#"crypto.decrypt { cipher = "aes-128-cbc", key = "k", iv = "i", data = "x" }"#, "bad_key"),
            (#"time.parse_rfc3339("x")"#, "bad_time"),
            (#"crypto.sign { scheme = "rsa-sha256", key = "no key", data = "x" }"#, "bad_key"), (#"media.info("none")"#, "media"),
            (#"http.get("http://example.org/")"#, "forbidden"),
        ])
    func failures(_ expression: String, _ code: String) async throws {
        let packed = try await evaluate(expression)
        #expect(packed["a"] == nil)
        #expect(packed["b"]?.string?.isEmpty == false)
        #expect(packed["c"] == .string(code))
    }

    @Test(
        "a programmer's mistake raises with file and line",
        arguments: [
            (#"crypto.digest("sha3000", "x")"#, "crypto.digest: this algorithm is not known here"),
            (#"crypto.digest("sha1")"#, "the data is missing"),
            (#"crypto.digest("sha1", {})"#, "the data must be a string"),
            (#"crypto.encrypt { chiper = "x" }"#, "Did you mean 'cipher'?"),
            (#"crypto.random(1e9)"#, "0 to 65536 bytes"), (#"store.set("", 1)"#, "a key has 1 to 256 bytes"),
            (#"store.set("k")"#, "the value is missing"),
            (#"store.set("k", ("x"):rep(70000))"#, "at most 64 KiB"), (#"store.set("k", 1, -1)"#, "the life must be seconds"),
            (#"url.query(1)"#, "must be a table"),
            (#"text.split("x", 1)"#, "at least 4 bytes"), (#"xml.encode("a b", 1)"#, "no XML name"),
            (#"metric.count("Kunde 1")"#, "a metric's name"),
            (#"data.read("../plugin.lua")"#, "no file data/../plugin.lua"), (#"require("../x")"#, "not found"),
            (#"time.until_midnight(99)"#, "-12 to 14"),
            (#"store.set("k", { f = error })"#, "a function cannot be given here"),
            (#"json.encode({ error })"#, "a function cannot"),
            (#"token.get("t", function() return "x" end)"#, "how many seconds"), (#"crypto.nonsense("x")"#, "nonsense"),
            (#"jsn.decode("x")"#, "json"),
        ])
    func mistakes(_ expression: String, _ message: String) async throws {
        let failure = await #expect(throws: PluginFailure.self) { try await evaluate(expression) }
        #expect(failure?.message.contains(message) == true, "\(String(describing: failure))")
    }

    @Test("the store keeps, counts, expires and forgets") func store() async throws {
        let clock = ManualClock()
        let store = MemoryPluginStore(clock: clock.now)
        func run(_ expression: String) async throws -> Value {
            try await evaluate("(\(expression)), 0", store: store, clock: clock)["a"] ?? .null
        }
        #expect(try await run("store.get('k')") == .null)
        #expect(try await run("store.set('k', { a = 'x' }, 10)") == true)
        #expect(try await run("store.get('k')") == ["a": "x"])
        clock.advance(by: .seconds(10))
        #expect(try await run("store.get('k')") == .null)
        #expect(try await run("store.increment('n')") == 1)
        #expect(try await run("store.increment('n', 5)") == 6)
        #expect(try await run("store.remove('n')") == true)
        #expect(try await run("store.increment('n', -2, 60)") == -2)
    }

    @Test("a thousand increments at once miss none") func atomic() async throws {
        let store = MemoryPluginStore(clock: Instant.systemNow)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { _ = try await store.increment("n", in: "p/", by: 1, expires: nil) } }
            try await group.waitForAll()
        }
        #expect(try await store.value("n", in: "p/") == 1000)
    }
}
