// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A process under measurement.
final class Child {
    let process = Process()
    let port: Int
    /// From the start to the first good answer.
    let startSeconds: Double

    /// Starts a program and waits until it answers `ready` with 200.
    init(_ program: String, _ arguments: [String], port: Int, ready: String) async throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        self.port = port
        let start = ContinuousClock.now
        try process.run()
        while !(await HTTP.isGood("GET", ready, port: port)) {
            guard process.isRunning, ContinuousClock.now - start < .seconds(30) else {
                throw BenchmarkFailure("\(program) did not become ready on port \(port).")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let time = ContinuousClock.now - start
        startSeconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }

    /// A line of /proc/PID/status in MiB: VmRSS, VmHWM.
    func memory(_ name: String) -> Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
            return (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1024
        }
        return 0
    }

    /// User and system time it has used so far, in seconds.
    var cpuSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        // After the name in parentheses: utime and stime are fields 14 and 15.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// A port that is free now.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in(
            sin_family: sa_family_t(AF_INET), sin_port: 0, sin_addr: in_addr(s_addr: UInt32(0x7f00_0001).bigEndian),
            sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw BenchmarkFailure("No free port.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
