// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Synchronization

/// Fires what is due, within a second: sleeps until the earliest known time, or until an earlier one is set.
final class TimerService: Sendable {
    private let clock: Clock
    private let next = Mutex<Instant?>(nil)
    private let bell = Bell()

    init(clock: @escaping Clock) { self.clock = clock }

    /// A timer has been written that is due then.
    func note(_ due: Instant) {
        let isEarlier = next.withLock { next in
            guard next.map({ due < $0 }) ?? true else { return false }
            next = due
            return true
        }
        if isEarlier { bell.ring() }
    }

    /// Runs until cancelled.
    /// - Parameter load: what is due before an instant, and when the next one after that is.
    func run(
        fire: @escaping @Sendable (DeskTimer) async -> Void, load: @Sendable (Instant) async -> (due: [DeskTimer], next: Instant?)
    ) async {
        while !Task.isCancelled {
            let due = next.withLock { $0 }
            let pause = due.map { $0 - clock() } ?? .seconds(1)
            if pause > .zero {
                await bell.wait(atMost: min(pause, .seconds(1)))
                if let due = next.withLock({ $0 }), due <= clock() {} else { continue }
            }
            await turn(fire, load)
        }
    }

    /// Fires all that is due now.
    private func turn(
        _ fire: @escaping @Sendable (DeskTimer) async -> Void,
        _ load: @Sendable (Instant) async -> (due: [DeskTimer], next: Instant?)
    ) async {
        next.withLock { $0 = nil }
        let (due, later) = await load(clock())
        await withTaskGroup(of: Void.self) { group in
            for (index, timer) in due.enumerated() {
                if index >= 16 { await group.next() }
                group.addTask { await fire(timer) }
            }
        }
        if let later { note(later) }
    }
}
