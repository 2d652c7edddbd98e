// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// A `chromedriver` of its own port, and the browsers it has opened; all of them end with it. What they leave in the temporary folder
/// is in one of their own, which goes with them.
final class BrowserDriver: Sendable {
    private let process: ChildProcess
    /// Speaks JSON to chromedriver as it does to the desk.
    let api: DeskAPI
    private let chromium: String

    private init(process: ChildProcess, api: DeskAPI, chromium: String) {
        self.process = process
        self.api = api
        self.chromium = chromium
    }

    // Its browsers, too: it does not end those that were not closed.
    deinit { process.send(SIGKILL) }

    /// Starts chromedriver and waits for its port. It takes a free port of IPv4 and then wants the same of IPv6, and ends where somebody
    /// else has that: then it is started again.
    static func start() async throws -> BrowserDriver {
        for _ in 0..<4 {
            if let driver = try? await startOnce() { return driver }
        }
        return try await startOnce()
    }

    private static func startOnce() async throws -> BrowserDriver {
        let program = try find(["chromedriver", "chromium.chromedriver"])
        let chromium = try find(["chromium", "chromium-browser", "google-chrome"])
        let folder = TemporaryFolder()
        let process = try ChildProcess(program, ["--port=0"], environment: ["TMPDIR": folder.path], in: folder, hasChildren: true)
        let isReady: @Sendable (String) -> Bool = { $0.contains("started successfully on port ") }
        do {
            try await within(.seconds(120), "chromedriver tells its port") {
                try await process.wait { $0.out.contains(where: isReady) }
            }
        } catch {
            process.send(SIGKILL)
            throw error
        }
        let line = process.output.out.first(where: isReady) ?? ""
        let port = line.components(separatedBy: "on port ").last.map { $0.prefix(while: \.isNumber) } ?? ""
        guard !port.isEmpty else {
            throw OutOfPatience(
                description: "chromedriver ended: \((process.output.out + process.output.err).joined(separator: "\n"))")
        }
        return BrowserDriver(process: process, api: DeskAPI(url: "http://127.0.0.1:\(port)"), chromium: chromium)
    }

    private static func find(_ names: [String]) throws -> String {
        let folders =
            (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":") + ["/usr/bin", "/snap/bin"]
        for name in names {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        throw OutOfPatience(
            description:
                "\(names[0]) is not installed, and the pages cannot be tried without it: apt-get install chromium chromium-driver (make test does)"
        )
    }

    /// A browser with a profile of its own, as of another person. Its pages are so many times slower as LUADESK_SLOW_PAGES says: a test
    /// that looks before the page has drawn fails then.
    /// - Parameters:
    ///   - language: what the browser prefers: `zh-CN` or `en`.
    ///   - flags: further ones of Chromium.
    func browser(
        language: String = "zh-CN", width: Int = 1280, height: Int = 860, flags: [String] = []
    ) async throws -> Browser {
        let arguments =
            flags + [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                "--window-size=\(width),\(height)",
            ]
        let options: Value = [
            "binary": .string(chromium), "args": .array(arguments.map { .string($0) }),
            "prefs": ["intl.accept_languages": .string(language)],
        ]
        let wanted: Value = ["capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options]]]
        let answer = try await api.post("/session", wanted)
        guard let id = answer.value.at("value.sessionId")?.string else {
            throw OutOfPatience(description: "chromium does not start: \(answer.text)")
        }
        let browser = Browser(driver: self, path: "/session/\(id)")
        if let times = ProcessInfo.processInfo.environment["LUADESK_SLOW_PAGES"].flatMap(Double.init) {
            try await browser.devTools("Emulation.setCPUThrottlingRate", ["rate": .double(times)])
        }
        return browser
    }
}
