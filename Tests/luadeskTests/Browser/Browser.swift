// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// One browser, driven as a person would: it clicks, types and looks. Waits for what it is asked to touch.
struct Browser: Sendable {
    /// Ends with the last of its browsers.
    let driver: BrowserDriver
    let path: String
    var api: DeskAPI { driver.api }

    struct Refusal: Error, CustomStringConvertible {
        let code: String
        let description: String
    }

    /// A WebDriver command; throws what the driver refused.
    @discardableResult
    func command(_ name: String, _ body: Value = [:]) async throws -> Value {
        let answer = try await api.post("\(path)/\(name)", body)
        guard answer.status == 200 else {
            let code = answer.value.at("value.error")?.string ?? "\(answer.status)"
            throw Refusal(code: code, description: "\(name): \(answer.value.at("value.message")?.string ?? answer.text)")
        }
        return answer.value["value"] ?? .null
    }

    func close() async { _ = try? await api.send("DELETE", path) }

    func open(_ url: String) async throws { try await command("url", ["url": .string(url)]) }

    func reload() async throws { try await command("refresh") }

    /// Runs JavaScript in the page.
    /// - Parameter arguments: `arguments[0]`… in the script.
    @discardableResult
    func run(_ script: String, _ arguments: [Value] = []) async throws -> Value {
        try await command("execute/sync", ["script": .string(script), "args": .array(arguments)])
    }

    /// Runs JavaScript that ends with `done(result)`.
    @discardableResult
    func runAsync(_ script: String) async throws -> Value {
        try await command("execute/async", ["script": .string("const done = arguments[0]; \(script)"), "args": []])
    }

    /// Waits until a JavaScript expression is true.
    func until(_ what: String, _ expression: String, _ arguments: [Value] = [], within limit: Duration = patience)
        async throws
    {
        do {
            _ = try await eventually(what, within: limit) {
                try await run("return Boolean(\(expression))", arguments).bool == true ? true : nil
            }
        } catch let error as OutOfPatience {
            let seen = try? await run("return document.body.innerText").string
            throw OutOfPatience(description: "\(error.description). The page shows:\n\(seen ?? "nothing")")
        }
    }

    /// Waits until some element shows this text.
    func see(_ text: String, in selector: String, within limit: Duration = patience) async throws {
        try await until(
            "'\(text)' in \(selector)",
            "[...document.querySelectorAll(arguments[0])].some((node) => node.innerText.includes(arguments[1]))",
            [.string(selector), .string(text)], within: limit)
    }

    /// The texts of all elements that match, as they are shown.
    func texts(_ selector: String) async throws -> [String] {
        let found = try await run(
            "return [...document.querySelectorAll(arguments[0])].map((node) => node.innerText)", [.string(selector)])
        return found.array?.compactMap(\.string) ?? []
    }

    /// - Parameter host: the element whose shadow root is searched; nil: the page itself.
    func click(_ selector: String, within host: String? = nil) async throws {
        try await touch("click on \(selector)", selector, host) { try await command("element/\($0)/click") }
    }

    /// Types as on a keyboard; into a field for files, their paths.
    /// - Parameter host: the element whose shadow root is searched; nil: the page itself.
    func type(_ text: String, into selector: String, within host: String? = nil) async throws {
        try await touch("type into \(selector)", selector, host) {
            try await command("element/\($0)/value", ["text": .string(text)])
        }
    }

    /// Presses a key, wherever the focus is.
    func press(_ key: String) async throws {
        let strokes: Value = [["type": "keyDown", "value": .string(key)], ["type": "keyUp", "value": .string(key)]]
        try await command("actions", ["actions": [["type": "key", "id": "keyboard", "actions": strokes]]])
    }

    /// Presses keys together: the first ones are held while the last is pressed.
    func press(_ keys: [String]) async throws {
        let strokes =
            keys.map { ["type": "keyDown", "value": .string($0)] as Value }
            + keys.reversed().map { ["type": "keyUp", "value": .string($0)] as Value }
        try await command("actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(strokes)]]])
    }

    /// The Enter key, as WebDriver writes it.
    static let enter = "\u{E007}"

    /// An element may appear a moment later, or be drawn anew between finding and touching it.
    private func touch(
        _ what: String, _ selector: String, _ host: String?, _ body: @Sendable (String) async throws -> Void
    ) async throws {
        let passing: Set = [
            "no such element", "stale element reference", "element not interactable", "element click intercepted",
            "invalid element state",
        ]
        _ = try await eventually(what) {
            do {
                let found =
                    if let host {
                        try await run(
                            "return document.querySelector(arguments[0])?.shadowRoot?.querySelector(arguments[1])",
                            [.string(host), .string(selector)])
                    } else {
                        try await command("element", ["using": "css selector", "value": .string(selector)])
                    }
                guard let id = found.object?.pairs.first?.value.string else { return Bool?.none }
                try await body(id)
                return true
            } catch let refusal as Refusal where passing.contains(refusal.code) {
                return nil
            }
        }
    }

    // MARK: - Frames and pictures

    /// Goes into the frame that is the page's n-th, or with nil back to the page itself.
    func enter(frame: Int?) async throws { try await command("frame", ["id": frame.map { .int(Int64($0)) } ?? .null]) }

    /// The screen of a phone, this many points wide and high, touched with fingers.
    func becomePhone(width: Int, height: Int) async throws {
        try await devTools(
            "Emulation.setDeviceMetricsOverride",
            ["width": Value(width), "height": Value(height), "deviceScaleFactor": 1, "mobile": true])
        try await devTools("Emulation.setTouchEmulationEnabled", ["enabled": true])
    }

    /// What is on the screen, as PNG; also written to the folder that LUADESK_SCREENSHOTS names, for people to look at.
    @discardableResult
    func screenshot(_ name: String) async throws -> [UInt8] {
        let bytes = Base64.decode((try await get("screenshot")).string ?? "", lenient: true) ?? []
        if let folder = ProcessInfo.processInfo.environment["LUADESK_SCREENSHOTS"] {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).png"))
        }
        return bytes
    }

    // MARK: - Tabs

    func tab() async throws -> String { (try await get("window")).string ?? "" }

    /// Opens another tab of the same person and goes there.
    func openTab() async throws -> String {
        let tab = try await command("window/new", ["type": "tab"])["handle"]?.string ?? ""
        try await go(to: tab)
        return tab
    }

    func go(to tab: String) async throws { try await command("window", ["handle": .string(tab)]) }

    private func get(_ name: String) async throws -> Value { try await api.get("\(path)/\(name)").value["value"] ?? .null }

    // MARK: - The network

    /// Cuts the page off, or lets it through again.
    func cutOff(_ isOffline: Bool) async throws {
        try await devTools("Network.enable")
        try await devTools(
            "Network.emulateNetworkConditions",
            ["offline": .bool(isOffline), "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1])
    }

    /// What every page of this browser runs before its own scripts.
    func prepare(script: String) async throws {
        try await devTools("Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)])
    }

    func devTools(_ name: String, _ parameters: Value = [:]) async throws {
        try await command("goog/cdp/execute", ["cmd": .string(name), "params": parameters])
    }
}
