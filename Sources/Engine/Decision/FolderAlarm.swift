// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Rings when something in a watched folder changes, as far as the system tells; elsewhere it rings at every question.
final class FolderAlarm {
    #if os(Linux)
    private let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    private static let events = UInt32(
        IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE)

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// One folder, not those below it; again and again is harmless.
    func watch(_ folder: String) {
        if descriptor >= 0 { _ = inotify_add_watch(descriptor, folder, Self.events) }
    }

    /// Whether there was anything since the last question.
    func hasRung() -> Bool {
        guard descriptor >= 0 else { return true }
        var hasRung = false
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 { hasRung = true }
        }
        return hasRung
    }
    #else
    func watch(_ folder: String) {}
    func hasRung() -> Bool { true }
    #endif
}
