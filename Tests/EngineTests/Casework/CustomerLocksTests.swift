// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import Engine

@Suite("Turns")
struct CustomerLocksTests {
    @Test("what concerns one customer never overlaps and keeps its order")
    func oneCustomer() async throws {
        let locks = CustomerLocks()
        let turnstile = Turnstile()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await locks.withTurn(7) {
                        turnstile.enter()
                        await Task.yield()
                        turnstile.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(turnstile.most == 1)
        #expect(turnstile.count == 200)
    }

    @Test("different customers do not wait for each other")
    func parallel() async throws {
        let locks = CustomerLocks()
        // Each waits inside its turn for the other to come in: only possible in parallel.
        let first = Bell(), second = Bell()
        async let one: Void = locks.withTurn(1) {
            first.ring(); await second.wait()
        }
        async let two: Void = locks.withTurn(2) {
            second.ring(); await first.wait()
        }
        _ = try await (one, two)
    }

    @Test("a flood for one customer is refused with a sentence")
    func flood() async throws {
        let locks = CustomerLocks(bound: 0)
        let inside = Bell(), leave = Bell()
        async let holder: Void = locks.withTurn(1) {
            inside.ring(); await leave.wait()
        }
        await inside.wait()
        let error = await #expect(throws: DeskError.self) { try await locks.withTurn(1) {} }
        #expect(error?.code == .limited)
        leave.ring()
        try await holder
    }

    @Test("who waits for a customer who is merged comes in order, before whoever comes to the other afterwards")
    func redirected() async throws {
        let locks = CustomerLocks()
        let notes = MergeNotes()
        let inside = Bell(), leave = Bell()
        async let merge: Void = locks.withTurns([1, 2]) {
            inside.ring()
            await leave.wait()
            locks.redirect(2, to: 1)
            notes.isMoved.withLock { $0 = true }
        }
        await inside.wait()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    try await locks.withTurn(2, ownedBy: { _ in notes.isMoved.withLock { $0 } ? 1 : 2 }) { key in
                        notes.order.withLock { $0.append(key == 1 ? number : -1) }
                    }
                }
                while locks.waiting(for: 2) <= number { await Task.yield() }
            }
            leave.ring()
            try await group.waitForAll()
        }
        try await merge
        #expect(notes.order.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test("a turn of the wrong customer is given up for a place in the right line") func hopping() async throws {
        let locks = CustomerLocks()
        let held = try await locks.withTurn(1, ownedBy: { _ in 2 }) { $0 }
        #expect(held == 2)
        // Nothing is left behind: both are free.
        let both = try await locks.withTurns([1, 2]) { true }
        #expect(both && locks.waiting(for: 1) == 0 && locks.waiting(for: 2) == 0)
    }

    @Test("a turn that throws lets the next one in")
    func throwing() async throws {
        struct Oops: Error {}
        let locks = CustomerLocks()
        await #expect(throws: Oops.self) { try await locks.withTurn(1) { throw Oops() } }
        #expect(try await locks.withTurn(1) { 42 } == 42)
    }
}

/// Counts who is inside at the same time.
private final class Turnstile: Sendable {
    private let state = Mutex((inside: 0, most: 0, count: 0))
    func enter() {
        state.withLock {
            $0.inside += 1; $0.most = max($0.most, $0.inside)
        }
    }
    func leave() {
        state.withLock {
            $0.inside -= 1; $0.count += 1
        }
    }
    var most: Int { state.withLock { $0.most } }
    var count: Int { state.withLock { $0.count } }
}

/// What happened while one customer was merged into another.
private final class MergeNotes: Sendable {
    let order = Mutex<[Int]>([])
    let isMoved = Mutex(false)
}
