// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A desk may hold as many sockets as the system allows", .timeLimit(.minutes(10)))
struct OpenFilesTests {
    @Test("a low soft limit is raised to the hard one at the start") func raised() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web, shell: "ulimit -S -n 300; ulimit -H -n 2000")
        let limits = try String(contentsOfFile: "/proc/\(desk.process.id)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
        #expect(line.split(separator: " ").compactMap { Int($0) } == [2000, 2000], "\(line)")
        try await desk.stop()
    }
}
