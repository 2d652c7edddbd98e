// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization
import Testing

@testable import Plugins

/// Where a plugin's HTTP may go, and what it must never reach.
@Suite struct HostRuleTests {
    @Test(
        "addresses that two parsers could read differently are no addresses",
        arguments: [
            "http://127.1/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://017700000001/",
            "http://127.0.0.01/", "http://[::1", "http://[::1%25lo]/", "http://user@example.com/",
            "http://example.com\\@127.0.0.1/",
            "http://exa mple.com/", "http://example.com:99999/", "http://example.com:0/", "http://example.com:/x:80",
            "ftp://example.com/",
            "file:///etc/passwd", "http:///path", "http://.example.com/", "http://example..com/", "http://example.com./",
            "//example.com/",
            "http://①②⑦.⓪.⓪.①/", "http://exam%70le.com/", "http://example.com\t/", "http://example.com\r\nHost: x/",
            "javascript:1",
            "http://[::ffff:127.0.0.1]:x/", "http://:80/", "",
        ])
    func unreadable(_ text: String) {
        // A trailing colon without a port and a fragment are the only leniencies; none of these is one.
        #expect(WebAddress(text) == nil)
    }

    @Test(
        "an address is put together from what was checked",
        arguments: [
            ("HTTPS://API.Example.COM/a?b=c#d", "https://api.example.com/a?b=c"), ("http://example.com", "http://example.com/"),
            ("http://example.com?x=1", "http://example.com/?x=1"), ("http://example.com:8080/x", "http://example.com:8080/x"),
            ("https://example.com:443/", "https://example.com/"), ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
        ])
    func readable(_ text: String, _ expected: String) {
        #expect(WebAddress(text)?.text == expected)
    }

    @Test(
        "addresses that are not of the public internet",
        arguments: [
            "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1",
            "fc00::1",
            "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
            "::127.0.0.1",
            "2001::1", "100::1", "3fff::1",
        ])
    func notPublic(_ text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic == false)
    }

    @Test(
        "addresses of the public internet",
        arguments: [
            "1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8",
            "2002:808:808::1",
        ])
    func isPublic(_ text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic)
    }

    @Test(
        "a manifest names hosts, not addresses, ports or everything",
        arguments: [
            "*", "*.com:443", "127.0.0.1", "https://example.com", "example.com:80", "localhost", "*.", "", "exa_mple", "a.b/c",
        ])
    func badPatterns(_ text: String) { #expect(HostPattern(text) == nil) }

    @Test(
        "only declared hosts are allowed, on the usual ports",
        arguments: [
            ("https://api.example.com/x", HostRules.Verdict.checked), ("http://api.example.com/x", .checked),
            ("https://api.example.com:8443/x", .forbidden), ("https://example.com/", .forbidden),
            ("https://api.example.com.evil.org/", .forbidden), ("https://a.cdn.example.org/", .checked),
            ("https://cdn.example.org/", .forbidden), ("http://127.0.0.1:9000/x", .trusted),
            ("http://127.0.0.1:9001/x", .forbidden),
            ("https://127.0.0.1:9000/x", .forbidden),
        ])
    func verdicts(_ text: String, _ expected: HostRules.Verdict) throws {
        let rules = HostRules(
            hosts: ["api.example.com", "*.cdn.example.org", "setting:api_base"], settings: ["api_base": "http://127.0.0.1:9000"])
        #expect(rules.verdict(on: try #require(WebAddress(text))) == expected)
    }
}

/// The same through a plugin's `http`, with a server that would notice.
@Suite struct OutgoingHTTPTests {
    private static let source = """
        return plugin { name = "web", kind = "data", version = "1", hosts = { "inside.example.com", "setting:api_base" },
          settings = { { name = "api_base", type = "url" } },
          calls = { fetch = function(request)
            local answer, message, code = http.request(request)
            return { status = answer and answer.status, body = answer and answer.body, headers = answer and answer.headers,
              media = answer and answer.media, message = message, code = code }
          end } }
        """

    private func host(_ base: String?, resolving addresses: [String] = []) async throws -> PluginHost {
        let folder = try TemporaryFolder()
        try folder.write("web/plugin.lua", Self.source)
        var options = PluginOptions.patient
        options.resolve = { _ in addresses.compactMap { NetworkAddress($0) } }
        let host = await PluginHost.sample([folder.path], options: options)
        try host.open(
            ChannelConfiguration(id: "web", plugin: "web", settings: base.map { ["api_base": .string($0)] } ?? .object(.init())))
        return host
    }

    @Test(
        "a declared name that resolves to a private address is not fetched",
        arguments: [
            ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"],
        ])
    func privateName(_ addresses: [String]) async throws {
        let host = try await host(nil, resolving: addresses)
        let answer = try await host.call("web.fetch", ["url": "http://inside.example.com/"])
        #expect(answer["code"] == "forbidden")
        #expect(answer["message"]?.string?.contains("private") == true)
        await host.shutdown()
    }

    @Test("a connection goes to the address that was checked, whatever the name says later") func pinning() async throws {
        let turns = Mutex(0)
        let http = OutgoingHTTP(media: MemoryMediaStore(), clock: Instant.systemNow) { _ in
            let turn = turns.withLock { turns in
                turns += 1
                return turns
            }
            // A name that rebinds: public for the check, this machine for the connection.
            return [turn == 1 ? "1.1.1.1" : "127.0.0.1"].compactMap { NetworkAddress($0) }
        }
        let address = try #require(WebAddress("http://inside.example.com/"))
        #expect(try await http.pin(address, verdict: .checked) == "1.1.1.1")
        #expect(try await http.pin(address, verdict: .checked) == "1.1.1.1")
        #expect(turns.withLock { $0 } == 1)
        let later = OutgoingHTTP(media: MemoryMediaStore(), clock: Instant.systemNow) { _ in
            [NetworkAddress("127.0.0.1")].compactMap { $0 }
        }
        await #expect(throws: HTTPFailure.self) { try await later.pin(address, verdict: .checked) }
        await http.shutdown()
        await later.shutdown()
    }

    @Test(
        "a host that is not declared is refused before anything happens",
        arguments: [
            "http://example.org/", "http://localhost:1/", "http://127.0.0.1:1/", "http://[::1]:1/",
        ])
    func undeclared(_ address: String) async throws {
        let host = try await host(nil)
        #expect(try await host.call("web.fetch", ["url": .string(address)])["code"] == "forbidden")
        await host.shutdown()
    }

    @Test("a redirect is an answer, never followed") func redirect() async throws {
        let inner = try StandInServer { _ in .json(#"{"secret":1}"#) }
        let outer = try StandInServer { _ in .redirect(inner.base + "/admin") }
        let host = try await host(outer.base)
        #expect(try await host.call("web.fetch", ["url": .string(outer.base + "/")])["status"] == 302)
        #expect(inner.requests.isEmpty)
        await host.shutdown()
        outer.stop()
        inner.stop()
    }

    @Test("an answer larger than asked for is cut off, a slow one given up") func limits() async throws {
        let server = try StandInServer { request in
            StandInServer.Answer(body: [UInt8](repeating: 0x61, count: request.path == "/big" ? 300_000 : 10))
        }
        let host = try await host(server.base)
        #expect(try await host.call("web.fetch", ["url": .string(server.base + "/big")])["code"] == "too_large")
        #expect(try await host.call("web.fetch", ["url": .string(server.base + "/small")])["body"] == "aaaaaaaaaa")
        await host.shutdown()
        server.stop()
    }

    @Test("reading is tried again after 503, writing is not") func retries() async throws {
        let count = Mutex(0)
        let server = try StandInServer { _ in
            let turn = count.withLock {
                $0 += 1; return $0
            }
            return turn == 1 ? .json("{}", status: 503) : .json("{}")
        }
        let host = try await host(server.base)
        #expect(try await host.call("web.fetch", ["url": .string(server.base + "/")])["status"] == 200)
        #expect(server.requests.count == 2)
        count.withLock { $0 = 0 }
        #expect(
            try await host.call("web.fetch", ["url": .string(server.base + "/"), "method": "POST", "body": "x"])["status"] == 503)
        #expect(server.requests.count == 3)
        await host.shutdown()
        server.stop()
    }

    @Test(
        "mistakes in a request are raised at the author's line",
        arguments: [
            (["url": "nonsense"], "url is no http address"),
            (["url": "http://inside.example.com/", "methd": "GET"], "Did you mean 'method'?"),
            (["url": "http://inside.example.com/", "headers": ["Host": "x"]], "header 'Host' is the host's own"),
            (["url": "http://inside.example.com/", "headers": ["X": "a\r\nb"]], "not well formed"),
            (["url": "http://inside.example.com/", "timeout": "2h"], "timeout is at most 60 s"),
            (["url": "http://inside.example.com/", "json": ["a": 1], "body": "x"], "give one of"),
        ] as [(Value, String)])
    func mistakes(_ request: Value, _ message: String) async throws {
        let host = try await host(nil)
        let failure = await #expect(throws: PluginFailure.self) { try await host.call("web.fetch", request) }
        #expect(failure?.message.contains(message) == true, "\(String(describing: failure))")
        #expect(failure?.file == "plugins/web/plugin.lua" && failure?.line == 4)
        await host.shutdown()
    }
}
