// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Keeps nothing beyond the process: for kiosks, previews and tests.
public final class MemoryStorage: ClientStorage, @unchecked Sendable {
    // Guarded by `lock`.
    private var contents: [String: Data] = [:]
    private let lock = NSLock()

    /// An empty one.
    public init() {}

    /// What was written under this name.
    public func read(_ name: String) throws -> Data? { lock.withLock { contents[name] } }
    /// Keeps it.
    public func write(_ data: Data, as name: String) throws { lock.withLock { contents[name] = data } }
    /// Forgets it.
    public func remove(_ name: String) throws { lock.withLock { contents[name] = nil } }
    /// Keeps it as `NAME.damaged`, over an earlier one.
    public func setAside(_ name: String) throws -> String {
        lock.withLock {
            contents["\(name).damaged"] = contents.removeValue(forKey: name)
            return "\(name).damaged"
        }
    }
}
