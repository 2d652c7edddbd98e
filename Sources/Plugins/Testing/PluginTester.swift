// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Lua

/// Runs a plugin's `tests/*.lua`: the real code against recorded answers of the platform, offline, with a clock that is set by hand.
///
/// Each test has a Lua state, a store and a platform of its own. What tests can call is written in `plugins/README.md`.
package struct PluginTester: Sendable {
    package struct Report: Sendable {
        /// `FILE: NAME` of each test that passed.
        package var passed: [String] = []
        package var failures: [PluginProblem] = []
    }

    private let folders: [String]

    package init(folders: [String]) { self.folders = folders }

    /// Runs all tests of one plugin; a plugin without tests has none that fail.
    package func run(_ name: String) async -> Report {
        guard let source = await PluginSource.read(folders)[name] else {
            return Report(failures: [PluginProblem(plugin: name, "there is no plugin '\(name)'")])
        }
        return await run(source)
    }

    func run(_ source: PluginSource) async -> Report {
        var report = Report()
        for file in source.tests() {
            let thread = LaneThread(name: "tests")
            defer { thread.stop() }
            switch await names(of: file, source, on: thread) {
            case .failure(let problem): report.failures.append(problem)
            case .success(let names):
                for (index, name) in names.enumerated() {
                    if let problem = await run(index, name, file, source, on: thread) {
                        report.failures.append(problem)
                    } else {
                        report.passed.append("\(file.chunk): \(name)")
                    }
                }
            }
        }
        return report
    }

    private func names(of file: PluginSource.TestFile, _ source: PluginSource, on thread: LaneThread) async
        -> Result<[String], PluginProblem>
    {
        await withCheckedContinuation { continuation in
            thread.submit {
                do throws(PluginProblem) {
                    continuation.resume(returning: .success(try PluginTestState(source, file, RecordedPlatform(source)).names()))
                } catch { continuation.resume(returning: .failure(error)) }
            }
        }
    }

    /// One test, in a fresh state.
    private func run(_ index: Int, _ name: String, _ file: PluginSource.TestFile, _ source: PluginSource, on thread: LaneThread)
        async
        -> PluginProblem?
    {
        let platform = RecordedPlatform(source)
        let room = TestRoom()
        func step(_ body: @escaping @Sendable (PluginTestState) throws(PluginProblem) -> PluginState.Step) async
            -> Result<PluginState.Step, PluginProblem>
        {
            await withCheckedContinuation { continuation in
                thread.submit {
                    do throws(PluginProblem) {
                        let state: PluginTestState
                        if let made = room.state { state = made } else { state = try PluginTestState(source, file, platform) }
                        room.state = state
                        continuation.resume(returning: .success(try body(state)))
                    } catch { continuation.resume(returning: .failure(error)) }
                }
            }
        }
        var next = await step { state throws(PluginProblem) in try state.start(index) }
        while case .success(.waiting(let coroutine, let request)) = next {
            let values = await platform.perform(request)
            next = await step { state throws(PluginProblem) in try state.resume(coroutine, values) }
        }
        await withCheckedContinuation { continuation in
            thread.submit {
                room.state = nil
                continuation.resume()
            }
        }
        guard case .failure(let problem) = next else { return nil }
        return PluginProblem(plugin: source.name, file: problem.file, line: problem.line, "test '\(name)': \(problem.message)")
    }
}

/// Holds a test's state between steps. `@unchecked Sendable`: touched only on the test's thread.
private final class TestRoom: @unchecked Sendable {
    var state: PluginTestState?
}

extension PluginSource {
    struct TestFile: Sendable {
        let chunk: String
        let source: [UInt8]
    }

    func tests() -> [TestFile] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/tests")) ?? []).sorted()
        return names.filter { $0.hasSuffix(".lua") }.compactMap { file in
            FileManager.default.contents(atPath: "\(folder)/tests/\(file)").map {
                TestFile(chunk: "plugins/\(name)/tests/\(file)", source: [UInt8]($0))
            }
        }
    }

    /// A recorded request: request line, headers, empty line, body.
    func fixture(_ file: String) -> HookRequest? {
        fixtureBytes(file).flatMap(HookRequest.init(recorded:))
    }

    func fixtureBytes(_ file: String) -> [UInt8]? {
        guard !file.contains("/"), let data = FileManager.default.contents(atPath: "\(folder)/fixtures/\(file)") else {
            return nil
        }
        return [UInt8](data)
    }
}

extension HookRequest {
    /// The request as it stands in a `.http` file.
    package var recorded: [UInt8] {
        var lines = ["\(method) \(path)\(query.isEmpty ? "" : "?" + query) HTTP/1.1"]
        lines += headers.filter { $0.name != "content-length" }.map { "\($0.name): \($0.value)" }
        lines.append("content-length: \(body.count)")
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + body
    }

    /// Reads `POST /path?query HTTP/1.1`, headers and a body as they stand in a `.http` file; line ends may be LF.
    init?(recorded bytes: [UInt8]) {
        var lines: [String] = []
        var start = 0
        var body: ArraySlice<UInt8> = []
        while let end = bytes[start...].firstIndex(of: 0x0a) {
            var line = bytes[start..<end]
            if line.last == 0x0d { line.removeLast() }
            start = end + 1
            if line.isEmpty, !lines.isEmpty {
                body = bytes[start...]
                break
            }
            if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        let first = lines.first?.split(separator: " ").map(String.init) ?? []
        guard first.count >= 2 else { return nil }
        let target = first[1].split(separator: "?", maxSplits: 1).map(String.init)
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
        }
        // A text editor ends a file with a line end that was not in the body.
        if body.last == 0x0a, let length = headers.first(where: { $0.name == "content-length" }).flatMap({ Int($0.value) }) {
            body = body.prefix(length)
        } else if body.last == 0x0a {
            body.removeLast()
        }
        self.init(
            method: first[0], path: target.first ?? "/", query: target.count > 1 ? target[1] : "", headers: headers,
            body: Array(body))
    }
}
