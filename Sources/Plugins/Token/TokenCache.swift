// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Access tokens, shared by all lanes: fetched once however many calls need one at the same moment.
///
/// A token is given out until shortly before its end (a tenth of its life early, at most five minutes), and dropped when a
/// platform calls it invalid. Tokens are kept in memory only.
///
/// A call that is told to fetch owns the flight until it puts a token, fails it, or ends in whatever way: `finish(call:)` makes
/// sure that nobody waits for a call that died.
final class TokenCache: Sendable {
    struct Key: Hashable, Sendable { let channel: String; let name: String }

    enum Answer: Sendable, Hashable {
        case value(String)
        /// You fetch it. `stale` is the token last called invalid, so that one can insist on another.
        case fetch(stale: String?)
        case failure(message: String, code: String)
    }

    private struct Flight { let call: UInt64; var waiting: [UInt64: CheckedContinuation<Answer, Never>] }
    private struct Entry {
        var value: String?
        var until = Instant(milliseconds: 0)
        var stale: String?
        var flight: Flight?
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let clock: Clock

    init(clock: @escaping Clock) { self.clock = clock }

    /// Waits while another call fetches, but not beyond the caller's own deadline.
    func get(_ key: Key, call: UInt64, until deadline: ContinuousClock.Instant) async -> Answer {
        if let answer = entries.withLock({ look(key, call, &$0) }) { return answer }
        return await withTaskGroup(of: Answer.self) { group in
            group.addTask { await self.wait(key, call) }
            group.addTask {
                let late = Answer.failure(message: "the access token did not come in time", code: "timeout")
                do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return late }
                self.giveUp(key, call, late)
                return late
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(message: "the access token did not come", code: "timeout")
        }
    }

    /// What can be said at once; nil if another call is fetching.
    private func look(_ key: Key, _ call: UInt64, _ entries: inout [Key: Entry]) -> Answer? {
        var entry = entries[key] ?? Entry()
        defer { entries[key] = entry }
        if let value = entry.value, entry.until > clock() { return .value(value) }
        if let flight = entry.flight, flight.call != call { return nil }
        entry.flight = Flight(call: call, waiting: entry.flight?.waiting ?? [:])
        return .fetch(stale: entry.stale)
    }

    private func wait(_ key: Key, _ call: UInt64) async -> Answer {
        await withCheckedContinuation { continuation in
            let answer = entries.withLock { entries in
                let answer = look(key, call, &entries)
                if answer == nil { entries[key]?.flight?.waiting[call] = continuation }
                return answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Calls that wait for this token just now.
    func waiting(_ key: Key) -> Int { entries.withLock { $0[key]?.flight?.waiting.count ?? 0 } }

    private func giveUp(_ key: Key, _ call: UInt64, _ answer: Answer) {
        let continuation = entries.withLock { $0[key]?.flight?.waiting.removeValue(forKey: call) }
        continuation?.resume(returning: answer)
    }

    /// - Parameter life: how long the platform says it is good.
    func put(_ key: Key, call: UInt64, value: String, life: Duration) {
        let margin = min(Duration.seconds(300), life / 10)
        let until = clock() + (life - margin)
        land(key, call: call, .value(value)) { entry in
            entry.value = value
            entry.until = until
        }
    }

    func fail(_ key: Key, call: UInt64, message: String, code: String) {
        land(key, call: call, .failure(message: message, code: code)) { $0.value = nil }
    }

    /// Forgets the token if it still is this one; another lane may have a new one already.
    func drop(_ key: Key, value: String) {
        entries.withLock { entries in
            guard entries[key]?.value == value else { return }
            entries[key]?.value = nil
            entries[key]?.stale = value
        }
    }

    /// The call is over: flights it still owns have failed.
    func finish(call: UInt64) {
        let orphans = entries.withLock { $0.filter { $0.value.flight?.call == call }.map(\.key) }
        for key in orphans {
            fail(key, call: call, message: "the access token could not be fetched", code: "token")
        }
    }

    private func land(_ key: Key, call: UInt64, _ answer: Answer, _ change: (inout Entry) -> Void) {
        let waiting = entries.withLock { entries -> [CheckedContinuation<Answer, Never>] in
            var entry = entries[key] ?? Entry()
            defer { entries[key] = entry }
            guard entry.flight?.call == call else { return [] }
            change(&entry)
            defer { entry.flight = nil }
            return entry.flight.map { Array($0.waiting.values) } ?? []
        }
        for continuation in waiting { continuation.resume(returning: answer) }
    }
}
