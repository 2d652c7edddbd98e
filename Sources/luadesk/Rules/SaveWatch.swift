// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation

/// A command that answers to every save, until Ctrl-C.
enum SaveWatch {
    /// Runs `round` now, and whenever something in the folder was saved and is quiet again.
    static func run(_ folder: String, _ round: () -> Void) async throws {
        // Before the first round: a save during it is a change.
        var changes = FolderWatch(folders: [folder])
        round()
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(20))
            if changes.hasSettledAfterChange() { round() }
        }
    }

    /// One answer; on a terminal it begins on an empty screen.
    static func show(_ text: String, milliseconds: Int) {
        let time = LocalClock.now(offset: TimeZone.current.secondsFromGMT())
        let clear = isatty(STDOUT_FILENO) == 1 ? "\u{1B}[2J\u{1B}[H" : ""
        print("\(clear)\(text)\n\(time)  \(milliseconds) ms. Waiting for the next save; Ctrl-C ends.")
        fflush(nil)
    }
}

/// The time of day for people at a terminal.
private enum LocalClock {
    static func now(offset: Int) -> String {
        let seconds = (Int(Instant.systemNow().milliseconds / 1000) + offset) % 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
