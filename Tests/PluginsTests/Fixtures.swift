// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging

@testable import Plugins

/// Where the tests' files and the shipped plugins lie.
enum Folder {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    static let fixtures = tests + "/Fixtures/plugins"
    static let shipped = URL(fileURLWithPath: tests).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("plugins").path
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

extension PluginHost {
    /// A host over these folders with stores in memory.
    static func sample(
        _ folders: [String], clock: @escaping Clock = Instant.systemNow, lanes: Int = 2,
        store: (any PluginStore)? = nil, media: any MediaStore = MemoryMediaStore(), options: PluginOptions = .init()
    ) async -> PluginHost {
        await PluginHost(
            folders: folders, store: store ?? MemoryPluginStore(clock: clock), media: media, clock: clock, lanes: lanes,
            logger: .silent, options: options)
    }

    /// The shipped plugins and those of the tests; loaded once for all suites that only read.
    static let shared = Task { await PluginHost.sample([Folder.shipped, Folder.fixtures]) }
}
