// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins
import Synchronization

/// The web hooks of the configuration, each a follower of the journal of its own: a slow one holds up neither the others nor the desk.
package final class WebHooks: Sendable {
    private let hooks: [WebHook]
    private let store: any EventStore
    private let clock: Clock
    private let backoff: Backoff
    private let logger: Logger
    private let send: WebHookFollower.Send
    private let addressed: @Sendable (Event) -> Value
    private let followers = Mutex<[WebHookFollower]>([])

    private static let namespace = "web hooks"
    /// The key under which the names of those stand that have a place in the journal; no hook is called so.
    private static let names = "*"

    /// - Parameter addressed: an event's payload as others get it, with addresses of files.
    init(
        _ hooks: [WebHook], store: any EventStore, clock: @escaping Clock, backoff: Backoff = Backoff(), logger: Logger,
        addressed: @escaping @Sendable (Event) -> Value = { $0.payload.outward }, send: @escaping WebHookFollower.Send
    ) {
        self.hooks = hooks
        self.store = store
        self.clock = clock
        self.backoff = backoff
        self.logger = logger
        self.send = send
        self.addressed = addressed
    }

    /// Finds each hook's place in the journal. A new one begins with what happens from now on; one that is gone from the configuration
    /// loses its place, and begins anew if it comes back.
    func takeStock() async throws {
        let known =
            try await store.stored(namespace: Self.namespace, key: Self.names, now: clock())?.array?.compactMap(\.string) ?? []
        let head = store.head
        var changes: [Change] = []
        var found: [WebHookFollower] = []
        for hook in hooks {
            let kept = try await store.stored(namespace: Self.namespace, key: hook.name, now: clock())?.int
            if kept == nil { changes.append(Self.kept(head, of: hook.name)) }
            found.append(
                WebHookFollower(
                    hook, from: min(kept ?? head, head), store: store, clock: clock, backoff: backoff, logger: logger,
                    addressed: addressed, send: send)
            )
        }
        let names = hooks.map(\.name).sorted()
        for gone in known where !names.contains(gone) {
            changes.append(.stored(namespace: Self.namespace, key: gone, value: nil, expires: nil))
        }
        if names != known {
            changes.append(
                .stored(
                    namespace: Self.namespace, key: Self.names, value: .array(names.map(Value.string)), expires: nil))
        }
        if !changes.isEmpty { _ = try await store.append(Entry(at: clock(), changes: changes)) }
        followers.withLock { $0 = found }
    }

    /// The row that keeps how far a hook has been told.
    static func kept(_ seq: Seq, of name: String) -> Change {
        .stored(namespace: namespace, key: name, value: .int(seq), expires: nil)
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            for follower in followers.withLock({ $0 }) { group.addTask { await follower.run() } }
        }
    }

    func stop() { for follower in followers.withLock({ $0 }) { follower.stop() } }

    /// Each hook, in the order of the configuration, and the seq up to which it has been told.
    package var all: [(hook: WebHook, status: WebHookStatus, position: Seq)] {
        followers.withLock { $0 }.map { follower in
            let now = follower.status
            return (follower.hook, now.status, now.position)
        }
    }
}
