// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The chat for mini programs as it lies in plugins/live/clients/miniprogram: its own tests, with this build as the desk they talk to.
@Suite("Our chat in the mini programs of six platforms", .timeLimit(.minutes(10)))
struct MiniProgramKitTests {
    private static let kit = "\(LuaDeskProcess.root)/plugins/live/clients/miniprogram"

    static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(kit)/test")) ?? []
        return names.filter { $0.hasSuffix(".test.js") }.sorted()
    }()

    @Test("all of the kit's test files are here") func complete() {
        #expect(Self.files.count >= 5)
    }

    @Test("the kit's tests pass against the real desk", arguments: files)
    func passes(file: String) async throws {
        let node = try ChildProcess(
            "/usr/bin/env", ["node", "--test", "\(Self.kit)/test/\(file)"],
            environment: ["MINIPROGRAM_KIT_DESK": LuaDeskProcess.program, "MINIPROGRAM_KIT_HOME": LuaDeskProcess.root])
        do {
            let exit = try await within(.seconds(240), "node --test \(file)") { try await node.exit() }
            let output = (node.output.out + node.output.err).suffix(150).joined(separator: "\n")
            #expect(exit == .init(status: 0), "\(output)")
        } catch {
            node.send(SIGKILL)
            throw OutOfPatience(description: "\(error)\n\(node.output.out.suffix(100).joined(separator: "\n"))")
        }
    }
}
