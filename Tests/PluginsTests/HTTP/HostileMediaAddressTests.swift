// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization
import Testing

@testable import Plugins

/// What a platform's push names as a picture is fetched by the shipped WeChat plugin, or refused with a reason.
@Suite(.timeLimit(.minutes(10))) struct HostileMediaAddressTests {
    private func host(_ base: String? = nil, resolving addresses: [String] = []) async throws -> PluginHost {
        var options = PluginOptions.patient
        options.resolve = { _ in addresses.compactMap { NetworkAddress($0) } }
        let host = await PluginHost.sample([Folder.shipped], options: options)
        try host.open(.wechat("c", base.map { ["api_base": .string($0)] } ?? .object(.init())))
        return host
    }

    private func reason(_ host: PluginHost, _ fields: Value) async -> String? {
        switch await host.fetchMedia(channel: "c", content: MessageContent(kind: .image, text: "", fields: fields)) {
        case .success(let media): "fetched \(media.contentType)"
        case .failure(let failure): failure.message
        }
    }

    @Test(
        "a private address, however it is written, is refused",
        arguments: [
            "http://127.0.0.1:1/x.jpg", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
            "http://localhost/x.jpg", "http://evil.example/x.jpg", "https://mmbiz.qpic.cn.evil.example/x",
            "http://mmbiz.qpic.cn:22/",
        ])
    func undeclared(_ address: String) async throws {
        let host = try await host()
        #expect(await reason(host, ["url": .string(address)])?.contains("not among the hosts") == true)
        await host.shutdown()
    }

    @Test(
        "an address that readers understand differently, or that is none of the web, is refused",
        arguments: [
            "http://mmbiz.qpic.cn@127.0.0.1/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "file:///etc/passwd",
            "gopher://127.0.0.1/", "http://mmbiz.qpic.cn\\@127.0.0.1/", "http://mmbiz.qpic.cn/\r\nHost: x", "//127.0.0.1/",
        ])
    func unreadable(_ address: String) async throws {
        let host = try await host()
        #expect(await reason(host, ["url": .string(address)])?.hasPrefix("fetched") == false)
        await host.shutdown()
    }

    @Test(
        "a declared name that leads to a private address is refused",
        arguments: [["10.0.0.1"], ["127.0.0.1"], ["1.1.1.1", "192.168.0.1"], ["fd00::1"], ["::ffff:169.254.169.254"]])
    func privateName(_ addresses: [String]) async throws {
        let host = try await host(resolving: addresses)
        #expect(await reason(host, ["url": "http://mmbiz.qpic.cn/x.jpg"])?.contains("private address") == true)
        await host.shutdown()
    }

    @Test("a redirect is not followed, wherever it leads") func redirect() async throws {
        let inner = try StandInServer { _ in .init(headers: ["Content-Type": "image/jpeg"], body: [0xff, 0xd8, 0xff, 1]) }
        let outer = try StandInServer { request in
            request.path == "/cgi-bin/stable_token"
                ? .json(#"{"access_token":"T","expires_in":7200}"#) : .redirect(inner.base + "/secret")
        }
        let host = try await host(outer.base)
        let told = await reason(host, ["media_id": "M1"])
        #expect(told == "HTTP 302: redirects are not followed")
        #expect(outer.requests(to: "/cgi-bin/media/get").count >= 1 && inner.requests.isEmpty)
        await host.shutdown()
        outer.stop()
        inner.stop()
    }

    @Test(
        "what a download is, its bytes say: a picture that is called a page is one, a page or an error called a picture is none",
        arguments: [
            ("text/html", [0xff, 0xd8, 0xff, 1], "fetched image/jpeg"),
            ("application/json", [0xff, 0xd8, 0xff, 1], "fetched image/jpeg"),
            ("image/jpeg", Array("<html><script>".utf8), "fetched application/octet-stream"),
            ("text/html", Array("<html>sorry".utf8), "the answer is a page or JSON, no file"),
            ("application/json", Array("{}".utf8), "the answer is a page or JSON, no file"),
            ("text/plain", Array(#"{"errcode":40007,"errmsg":"gone"}"#.utf8), "40007 gone"),
            ("image/jpeg", [], "the file is empty"),
        ] as [(String, [UInt8], String)])
    func content(_ type: String, _ bytes: [UInt8], _ expected: String) async throws {
        let server = try StandInServer { request in
            request.path == "/cgi-bin/stable_token"
                ? .json(#"{"access_token":"T","expires_in":7200}"#) : .init(headers: ["Content-Type": type], body: bytes)
        }
        let host = try await host(server.base)
        #expect(await reason(host, ["media_id": "M1"]) == expected)
        await host.shutdown()
        server.stop()
    }

    @Test("a name that changes is checked again before each new use, and the connection goes where the check looked")
    func rebinding() async throws {
        let clock = ManualClock(Instant(seconds: 1_800_000_000))
        let answers = Mutex(["1.1.1.1", "127.0.0.1"])
        let http = OutgoingHTTP(media: MemoryMediaStore(), clock: clock.now) { _ in
            [answers.withLock { $0.removeFirst() }].compactMap { NetworkAddress($0) }
        }
        let address = try #require(WebAddress("http://mmbiz.qpic.cn/x.jpg"))
        #expect(try await http.pin(address, verdict: .checked) == "1.1.1.1")
        // Within the minute nobody is asked: there is no second answer to be fooled by.
        #expect(try await http.pin(address, verdict: .checked) == "1.1.1.1")
        clock.advance(by: .seconds(61))
        let failure = await #expect(throws: HTTPFailure.self) { try await http.pin(address, verdict: .checked) }
        #expect(failure?.code == .forbidden)
        await http.shutdown()
    }
}
