// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Rules
import Testing

@testable import luadesk

@Suite("A full disk refuses messages as a whole, and the desk recovers when there is room")
struct DiskFullTests {
    /// The kernel stops every file of the process at a size, which needs no root; to the writer it is a disk without room.
    @Test("messages are refused so that they are sent again; nothing is half there; with room it goes on")
    func recovers() async throws {
        let data = TemporaryFolder()
        let account = WeChatAccount(mode: .plain)
        let tree = try ReloadTests.tree("-")
        let configuration = """
            channels:
              - { id: web, plugin: live, settings: { trust_identity: true } }
            \(account.yaml(apiBase: "http://127.0.0.1:1"))
            rules: \(tree.path)/rules
            server: { limits: { session_rate: 1000, session_burst: 1000 } }

            """
        // In blocks of 512 bytes: 3 MiB a file.
        let desk = try await LuaDeskProcess.serve(configuration, data: data, shell: "ulimit -S -f 6144")
        let api = try await desk.api()
        let session = try await DeskAPI(url: desk.url).session(channel: "web")
        let customer = DeskAPI(url: desk.url, token: session.token)
        let padding = String(repeating: "满", count: 8000)

        var taken: [Int] = []
        var refused: Int?
        for number in 1...1000 {
            let answer = try await say(number, padding, customer)
            if (200..<300).contains(answer.status) {
                taken.append(number)
                continue
            }
            #expect(answer.status == 503 || answer.status == 507, "\(answer.status) \(answer.text)")
            refused = number
            break
        }
        let first = try #require(refused, "3 MiB were not filled by 1000 messages")

        // A platform hears of it, too, and will send again.
        let push = account.text("still there? \(padding)", from: "o-full", id: 1)
        let hook = try await api.hook(account, push)
        #expect(hook.status >= 500, "\(hook.status)")
        #expect(try await api.get("/healthz").status == 200)

        let room = try ChildProcess("/usr/bin/env", ["prlimit", "--pid", "\(desk.process.id)", "--fsize=unlimited:unlimited"])
        #expect(try await room.exit().status == 0, "\(room.output.err)")
        let again = try await eventually("a message is taken again") {
            let answer = try await say(first, padding, customer)
            return (200..<300).contains(answer.status) ? answer : nil
        }
        taken.append(first)
        #expect(again.value["seq"]?.int != nil)
        #expect(try await api.hook(account, push).status == 200)

        #expect(try await desk.stop() == .init(status: 0))
        let restarted = try await LuaDeskProcess.serve(configuration, data: data)
        let after = try await restarted.api()
        let numbers = try await after.messages(channel: "web").filter { $0["direction"] == "in" }
            .compactMap { $0["text"]?.string?.split(separator: " ").first.flatMap { Int($0) } }
        #expect(numbers == taken)
        #expect(try await after.messages(channel: account.channel).count { $0["direction"] == "in" } == 1)
    }

    /// A real file system without room; making one takes root, so elsewhere this is skipped, visibly.
    @Test(
        "the same on a file system of 8 MiB that something else has filled",
        .enabled("mounting a tmpfs takes root") { await SmallDisk.isPossible })
    func smallDisk() async throws {
        let data = TemporaryFolder()
        let disk = try await SmallDisk(at: "\(data.path)/data", megabytes: 8)
        let tree = try ReloadTests.tree("-")
        let configuration = StartTests.web + "rules: \(tree.path)/rules\n"
        do {
            let desk = try await LuaDeskProcess.serve(configuration, data: data)
            let session = try await DeskAPI(url: desk.url).session(channel: "web")
            let customer = DeskAPI(url: desk.url, token: session.token)
            let padding = String(repeating: "满", count: 4000)
            var taken: [Int] = []
            #expect((200..<300).contains(try await say(0, padding, customer).status))
            taken.append(0)
            try disk.fill()
            var refused: Int?
            for number in 1...500 where refused == nil {
                let answer = try await say(number, padding, customer)
                if (200..<300).contains(answer.status) { taken.append(number) } else { refused = number }
            }
            let first = try #require(refused, "a full disk took 500 messages")
            #expect(try await customer.get("/healthz").status == 200)
            try disk.empty()
            _ = try await eventually("a message is taken again") {
                (200..<300).contains(try await say(first, padding, customer).status) ? true : nil
            }
            taken.append(first)
            let numbers = try await desk.api().messages(channel: "web").filter { $0["direction"] == "in" }
                .compactMap { $0["text"]?.string?.split(separator: " ").first.flatMap { Int($0) } }
            #expect(numbers == taken)
            #expect(try await desk.stop() == .init(status: 0))
        } catch {
            await disk.unmount()
            throw error
        }
        await disk.unmount()
    }

    /// A set that needs room: the disk's free pages cannot hold it.
    private func largeTree(_ answer: String) throws -> TemporaryFolder {
        let tree = try ReloadTests.tree(answer)
        let words = (0..<40_000).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        try tree.write("-- " + words.joined(separator: "\n-- ") + "\n", to: "rules/lib/large.lua")
        return tree
    }

    @Test(
        "rules do not go live on a full disk: it is said, the live set stays, and with room the same set goes live",
        .enabled("mounting a tmpfs takes root") { await SmallDisk.isPossible })
    func activation() async throws {
        let data = TemporaryFolder()
        let disk = try await SmallDisk(at: "\(data.path)/data", megabytes: 16)
        let tree = try ReloadTests.tree("one")
        let configuration = ReloadTests.configuration(tree, watch: false)
        do {
            let desk = try await LuaDeskProcess.serve(configuration, data: data)
            #expect(try await ReloadTests.ask(desk) == "one")
            let api = try await desk.api()
            let live = try #require(try await api.get("/v1/rules").value["id"]?.string)
            let other = try largeTree("two")
            let command = ["rules", "activate", "\(other.path)/rules", "--data", desk.folder]
            try disk.fill()

            let refused = try await LuaDeskProcess.run(command)
            #expect(
                refused.exit.status == 1 && refused.text.contains("The rules are not taken; the old ones run on"),
                "\(refused.text)")
            let candidate = try RuleSource.read(folder: "\(other.path)/rules").candidate
            for way in [[:], ["shadow": true], ["canary": 0.5]] as [Value] {
                let answer = try await api.post("/v1/rules/activate", candidate.merging(way))
                #expect(answer.status == 503 && answer.text.contains("no room left"), "\(answer.status) \(answer.text)")
            }
            #expect(try await api.get("/healthz").status == 200)
            #expect(try await api.get("/v1/rules").value["id"]?.string == live)
            #expect(try await api.get("/v1/rules/rollout").value["candidate"] == nil)

            try disk.empty()
            #expect(try await ReloadTests.ask(desk) == "one")
            #expect(try await api.get("/v1/rules/history").value["items"]?.array?.count == 1)
            let taken = try await LuaDeskProcess.run(command)
            #expect(taken.exit.status == 0 && taken.text.hasPrefix("Live: "), "\(taken.text)")
            #expect(try await ReloadTests.ask(desk) == "two")
            #expect(try await desk.stop() == .init(status: 0))
            let restarted = try await LuaDeskProcess.serve(configuration, data: data)
            #expect(try await ReloadTests.ask(restarted) == "two")
            #expect(try await restarted.stop() == .init(status: 0))
        } catch {
            await disk.unmount()
            throw error
        }
        await disk.unmount()
    }

    @Test(
        "rules that were saved while the disk was full go live by themselves when there is room",
        .enabled("mounting a tmpfs takes root") { await SmallDisk.isPossible })
    func saved() async throws {
        let data = TemporaryFolder()
        let disk = try await SmallDisk(at: "\(data.path)/data", megabytes: 16)
        let tree = try largeTree("one")
        do {
            let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: true), data: data)
            #expect(try await ReloadTests.ask(desk) == "one")
            try disk.fill()
            try tree.write(ReloadTests.rules("two"), to: "rules/autoreply/always.lua")
            try await desk.waitForLog("the old ones run on, and the new ones are tried again")
            #expect(try await DeskAPI(url: desk.url).get("/healthz").status == 200)
            try disk.empty()
            _ = try await eventually("the saved rules are live") { try await ReloadTests.ask(desk) == "two" ? true : nil }
            #expect(try await desk.stop() == .init(status: 0))
        } catch {
            await disk.unmount()
            throw error
        }
        await disk.unmount()
    }

    @Test(
        "a canary that cannot be promoted on a full disk is said to be none, tried on, and promoted once when there is room",
        .enabled("mounting a tmpfs takes root") { await SmallDisk.isPossible })
    func promotion() async throws {
        let data = TemporaryFolder()
        let disk = try await SmallDisk(at: "\(data.path)/data", megabytes: 16)
        let tree = try ReloadTests.tree("one")
        do {
            let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: false), data: data)
            #expect(try await ReloadTests.ask(desk) == "one")
            let api = try await desk.api()
            let live = try #require(try await api.get("/v1/rules").value["id"]?.string)
            let other = try ReloadTests.tree("two")
            let candidate = try RuleSource.read(folder: "\(other.path)/rules").candidate
            let begun = try await api.post("/v1/rules/activate", candidate.merging(["canary": 0.001]))
            #expect((200..<300).contains(begun.status), "\(begun.text)")
            let customer = DeskAPI(url: desk.url, token: try await DeskAPI(url: desk.url).session(channel: "web").token)
            try disk.fill()
            // What is left in the log's own file is used up, so that not even a small event fits.
            for size in [4000, 400, 1] {
                var isFull = false
                for number in 1...500 where !isFull {
                    let text = String(repeating: "满", count: size)
                    isFull = try await !(200..<300).contains(say(size * 1000 + number, text, customer).status)
                }
                #expect(isFull)
            }

            let refused = try await LuaDeskProcess.run(["rules", "promote", "--data", desk.folder])
            #expect(refused.exit.status == 1 && !refused.text.contains("Live: "), "\(refused.text)")
            let answer = try await api.post("/v1/rules/rollout/promote", [:])
            #expect(answer.status == 503 && answer.text.contains("no room left"), "\(answer.status) \(answer.text)")
            #expect(try await api.get("/v1/rules").value["id"]?.string == live)
            #expect(try await api.get("/v1/rules/rollout").value["candidate"] != nil)

            try disk.empty()
            #expect(try await Self.steps(api) == ["canary"])
            let promoted = try await LuaDeskProcess.run(["rules", "promote", "--data", desk.folder])
            #expect(promoted.exit.status == 0 && promoted.text.hasPrefix("Live: "), "\(promoted.text)")
            #expect(try await ReloadTests.ask(desk) == "two")
            #expect(try await Self.steps(api) == ["canary", "promoted"])
            #expect(try await desk.stop() == .init(status: 0))
        } catch {
            await disk.unmount()
            throw error
        }
        await disk.unmount()
    }

    /// What the journal says became of candidates.
    private static func steps(_ api: DeskAPI) async throws -> [String] {
        try await api.get("/v1/events?kind=rules.rollout&limit=100").value["items"]?.array?
            .compactMap { $0["payload"]?["step"]?.string } ?? []
    }

    private func say(_ number: Int, _ padding: String, _ customer: DeskAPI) async throws -> DeskAPI.Answer {
        try await customer.post(
            "/v1/live/messages", ["client_id": .string("c\(number)"), "kind": "text", "text": .string("\(number) \(padding)")])
    }
}

/// A file system in memory, small enough to be filled.
private struct SmallDisk {
    let path: String

    static var isPossible: Bool {
        get async {
            let folder = TemporaryFolder()
            guard geteuid() == 0, let disk = try? await SmallDisk(at: "\(folder.path)/try", megabytes: 1) else { return false }
            await disk.unmount()
            return true
        }
    }

    init(at path: String, megabytes: Int) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try ChildProcess("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        guard try await mount.exit().status == 0 else { throw OutOfPatience(description: "\(mount.output.err)") }
    }

    /// Takes all that is left.
    func fill() throws {
        let file = open("\(path)/filler", O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        for size in [65_536, 4096, 1] {
            let block = [UInt8](repeating: 0, count: size)
            while write(file, block, size) == size {}
        }
        guard errno == ENOSPC else { throw OutOfPatience(description: String(cString: strerror(errno))) }
    }

    func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }

    func unmount() async {
        _ = try? await ChildProcess("/usr/bin/env", ["umount", "-l", path]).exit()
    }
}
