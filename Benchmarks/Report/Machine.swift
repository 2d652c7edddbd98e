// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where the figures come from.
enum Machine {
    static var line: String {
        let information = ProcessInfo.processInfo
        let model = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
            .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
        let memory = information.physicalMemory >> 30
        return "\(information.activeProcessorCount) cores of \(model), \(memory) GiB, \(information.operatingSystemVersionString); "
            + "the load generator runs on the same cores.\n"
    }
}
