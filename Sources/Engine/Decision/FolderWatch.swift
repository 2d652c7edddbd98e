// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Notices that files below some folders were saved: by names, sizes and times.
///
/// The system says when to look; where it cannot (a network's file system), a look every hundred questions finds out. Editors write in
/// several steps, so a change counts only when two looks in a row agree.
package struct FolderWatch {
    private let folders: [String]
    private let alarm = FolderAlarm()
    private var settled = 0
    private var last = 0
    /// Questions until the next look that nothing has asked for.
    private var patience = Self.looks
    private static let looks = 100

    /// Changes from now on count.
    package init(folders: [String]) {
        self.folders = folders
        settled = fingerprint()
        last = settled
    }

    /// To be asked every few hundredths of a second; true once for each change, when it has come to rest.
    package mutating func hasSettledAfterChange() -> Bool {
        patience -= 1
        guard alarm.hasRung() || last != settled || patience <= 0 else { return false }
        patience = Self.looks
        let now = fingerprint()
        defer { last = now }
        // One look after an alarm may see half of a change.
        guard now == last, now != settled else { return false }
        settled = now
        return true
    }

    private func fingerprint() -> Int {
        var hasher = Hasher()
        for folder in folders { Self.add(folder, depth: 0, to: &hasher, alarm) }
        return hasher.finalize()
    }

    private static func add(_ path: String, depth: Int, to hasher: inout Hasher, _ alarm: FolderAlarm) {
        alarm.watch(path)
        guard depth < 6, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
        for name in names.sorted() where !name.hasPrefix(".") && !name.hasSuffix("~") {
            var info = stat()
            guard lstat("\(path)/\(name)", &info) == 0 else { continue }
            hasher.combine(name)
            if info.st_mode & S_IFMT == S_IFDIR {
                add("\(path)/\(name)", depth: depth + 1, to: &hasher, alarm)
            } else {
                hasher.combine(info.st_size)
                hasher.combine(info.st_mtim.tv_sec)
                hasher.combine(info.st_mtim.tv_nsec)
                hasher.combine(info.st_ino)
            }
        }
    }
}
