// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A folder that goes with its last reference, or with the process.
package final class TemporaryPlace: Sendable {
    package let path: String

    /// - Parameter kind: what it is for, for people who look into the temporary folder while tests run.
    package init(_ kind: String = "mail") throws {
        path = Self.path(kind)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { Self.remove(path) }

    private static let live = Mutex<Set<String>>([])
    private static let goesWithTheProcess: Void = {
        atexit { for path in TemporaryPlace.live.withLock({ $0 }) { TemporaryPlace.remove(path) } }
    }()

    /// A new one in the temporary folder, for `remove`; short, as the path of a socket in it may have 107 bytes.
    package static func path(_ kind: String) -> String {
        _ = goesWithTheProcess
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("luadesk-\(kind)-\(number)").path
        live.withLock { _ = $0.insert(path) }
        return path
    }

    /// Removes a folder that programs may still write to which were killed a moment ago: what they add while it is emptied is
    /// taken in a next round.
    package static func remove(_ path: String) {
        for _ in 0..<100 {
            try? FileManager.default.removeItem(atPath: path)
            guard FileManager.default.fileExists(atPath: path) else { break }
            Thread.sleep(forTimeInterval: 0.01)
        }
        live.withLock { _ = $0.remove(path) }
    }
}
