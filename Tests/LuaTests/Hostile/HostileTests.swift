// SPDX-License-Identifier: Apache-2.0

import Desk
import Glibc
import Testing

@testable import Lua

@Suite("Hostile programs cost their own call and nothing else")
struct HostileTests {
    private static let tight = LuaBudget(instructions: 1_000_000, time: .milliseconds(20))
    /// For what ends by itself: the clock on the wall also runs while others have the processor.
    private static let roomy = LuaBudget(instructions: 1_000_000, time: .milliseconds(800))

    @Test("counted: it ends with its verdict", arguments: HostileProgram.all)
    func counted(program: HostileProgram) throws { try judge(program, .counted) }

    @Test("by the clock: it ends with its verdict, and in time", arguments: HostileProgram.all)
    func byTheClock(program: HostileProgram) throws { try judge(program, .deadline) }

    @Test("looking at the clock: the same", arguments: HostileProgram.loops + HostileProgram.patterns + HostileProgram.work)
    func lookingAtTheClock(program: HostileProgram) throws { try judge(program, .polled) }

    @Test("each thread has a deadline of its own, and threads may end")
    func threads() {
        for _ in 0..<8 {
            let threads = (0..<4).map { _ in
                var thread = pthread_t()
                let failed = pthread_create(
                    &thread, nil,
                    { _ in
                        let state = try? makeState(.deadline)
                        let failure = state?.failure(
                            of: "while true do end", budget: LuaBudget(instructions: 0, time: .milliseconds(3)))
                        return failure?.code == .deadline ? UnsafeMutableRawPointer(bitPattern: 1) : nil
                    }, nil)
                #expect(failed == 0)
                return thread
            }
            for thread in threads {
                var result: UnsafeMutableRawPointer?
                pthread_join(thread, &result)
                #expect(result != nil)
            }
        }
    }

    @Test("there are at least a hundred of them, each with a name of its own")
    func collection() {
        #expect(HostileProgram.all.count >= 250)
        #expect(Set(HostileProgram.all.map(\.name)).count == HostileProgram.all.count)
    }

    /// Nothing may use more than this of its thread's time beyond what is allowed.
    private static let grace = Duration.milliseconds(10)

    private func judge(_ program: HostileProgram, _ mode: LuaClockMode) throws {
        // A shared machine books foreign work on our thread now and then. Who is late for a reason is late five times.
        var lateness: [Duration] = []
        repeat {
            lateness.append(try runOnce(program, mode))
        } while mode != .counted && lateness.last! > Self.grace && lateness.count < 5
        #expect(mode == .counted || lateness.min()! <= Self.grace, "\(program.name): \(lateness) over its deadline")
    }

    /// - Returns: the thread's time beyond the deadline, of loading or of the call.
    private func runOnce(_ program: HostileProgram, _ mode: LuaClockMode) throws -> Duration {
        let state = try makeState(mode, modules: ["ring": "return require('ring')"])
        try state.lockGlobals()
        let budget = program.isStopped ? Self.tight : Self.roomy
        let outcome: Result<[Value], LuaFailure>
        var due = threadTime() + LuaBudget.load.time
        var late = Duration.zero
        do throws(LuaFailure) {
            let function = try state.load(source: Array(program.text.utf8), chunk: "test.lua")
            late = threadTime() - due
            due = threadTime() + budget.time
            outcome = .success(try state.call(function, budget: budget))
        } catch {
            outcome = .failure(error)
        }
        late = max(late, threadTime() - due)
        check(outcome, program, mode)
        // What the next script of the same state gets must not have suffered.
        #expect(try state.run("return ('ab'):rep(2):upper(), #table.pack(1, 2)") == ["ABAB", 2])
        return late
    }

    private func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private func check(_ outcome: Result<[Value], LuaFailure>, _ program: HostileProgram, _ mode: LuaClockMode) {
        let stop: LuaFailure.Code = mode == .counted ? .instructions : .deadline
        switch (program.verdict, outcome) {
        case (.survives, _): break
        case (.stops, .failure(let failure)): #expect(failure.code == stop, "\(program.name): \(failure)")
        case (.limit, .failure(let failure)): #expect(failure.code.isLimit, "\(program.name): \(failure)")
        case (.memory, .failure(let failure)): #expect(failure.code == .memory, "\(program.name): \(failure)")
        case (.fails(let code, let text), .failure(let failure)):
            #expect(failure.code == code && failure.message.contains(text), "\(program.name): \(failure)")
        case (.gives(let values), .success(let found)): #expect(found == values, "\(program.name)")
        default: Issue.record("\(program.name): \(outcome)")
        }
    }
}
