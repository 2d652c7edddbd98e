// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging
import Synchronization

@testable import Plugins

/// Where the tests' files and the shipped plugins lie.
enum Folder {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    static let fixtures = tests + "/Fixtures/plugins"
    static let shipped = URL(fileURLWithPath: tests).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("plugins").path
    /// Names of the shipped plugins.
    static let shippedPlugins = ((try? FileManager.default.contentsOfDirectory(atPath: shipped)) ?? [])
        .filter { FileManager.default.fileExists(atPath: "\(shipped)/\($0)/plugin.lua") }.sorted()
}

/// A folder that is gone after the test.
final class TemporaryFolder {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("luadesk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }
}

extension Logger {
    /// Says nothing.
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

extension PluginOptions {
    /// More time than a plugin needs that ends at all: tests share their machine with each other and with compilers.
    static var patient: PluginOptions {
        var options = PluginOptions()
        (options.receiveLimit, options.sendLimit, options.callLimit) = (.seconds(120), .seconds(120), .seconds(120))
        (options.pollLimit, options.mediaLimit) = (.seconds(120), .seconds(120))
        (options.stepTime, options.loadTime) = (.seconds(60), .seconds(60))
        return options
    }
}

extension PluginHost {
    /// A host over these folders with stores in memory.
    static func sample(
        _ folders: [String], clock: @escaping Clock = Instant.systemNow, lanes: Int = 2,
        store: (any PluginStore)? = nil, media: any MediaStore = MemoryMediaStore(), options: PluginOptions = .patient,
        step: Duration? = nil
    ) async -> PluginHost {
        var options = options
        if let step { (options.stepTime, options.loadTime) = (step, step) }
        return await PluginHost(
            folders: folders, store: store ?? MemoryPluginStore(clock: clock), media: media, clock: clock, lanes: lanes,
            logger: .silent, options: options)
    }

    /// The shipped plugins and those of the tests; loaded once for all suites that only read.
    static let shared = Task { await PluginHost.sample([Folder.shipped, Folder.fixtures]) }
}

extension TemporaryFolder {
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
}

/// Holds threads until it is opened.
final class Gate: Sendable {
    private let condition = NSCondition()
    private let isOpen = Mutex(false)

    func wait() {
        condition.lock()
        while !isOpen.withLock({ $0 }) { condition.wait() }
        condition.unlock()
    }

    func open() {
        condition.lock()
        isOpen.withLock { $0 = true }
        condition.broadcast()
        condition.unlock()
    }
}
