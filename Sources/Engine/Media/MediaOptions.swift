// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Whether and how voices and films are converted for browsers.
package struct MediaOptions: Sendable, Hashable {
    /// The ffmpeg to use; nil: none, originals are offered.
    package var ffmpeg: String?
    /// Conversions at the same time.
    package var parallel = 1
    /// How long whoever puts in or asks for a file waits for its conversion; it goes on without them.
    package var patience: Duration = .seconds(12)
    /// Larger results are given up.
    package var outputBytes = 20 << 20

    package init(ffmpeg: String? = nil) { self.ffmpeg = ffmpeg }

    /// - Parameter path: folders with colons between them, as in PATH.
    /// - Returns: the first of this name that can be run.
    package static func find(_ name: String, in path: String?) -> String? {
        (path ?? "").split(separator: ":").map { "\($0)/\(name)" }.first {
            $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}
