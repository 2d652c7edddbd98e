// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Plugins

/// The web hooks of the configuration, and how they do.
enum WebHookRoutes {
    static let all = [
        Route.list(
            "/v1/webhooks", "listWebHooks",
            "Web hooks of the configuration: how far each has been told, and what hinders it.", .may(.readEvents), of: "WebHook"
        ) { call in
            _ = try Cursor.page(call)
            let head = call.engine.store.head
            return .ok([
                "items": .array(call.engine.webHooks.all.map { value($0.hook, $0.status, $0.position, head) }),
                "next_cursor": .null,
            ])
        },
        Route.get("/v1/webhooks/{name}", "readWebHook", "One web hook.", .may(.readEvents), answer: .reference("WebHook")) {
            call in
            let name = call.parameters["name"] ?? ""
            guard let found = call.engine.webHooks.all.first(where: { $0.hook.name == name }) else {
                throw Problem.notFound("web hook", name)
            }
            return .ok(value(found.hook, found.status, found.position, call.engine.store.head))
        },
    ]

    /// Addresses are shown without their query, where some systems want a token.
    private static func value(_ hook: WebHook, _ status: WebHookStatus, _ position: Int64, _ head: Int64) -> Value {
        let state = status.failingSince != nil ? "failing" : status.current != nil ? "telling" : "waiting"
        return
            ([
                "name": .string(hook.name), "url": .string(hook.address.shown), "events": .array(hook.events.map(Value.string)),
                "batch": .int(Int64(hook.batch)),
                "state": .string(state), "position": .int(position), "behind": .int(max(0, head - position)),
                "delivered": .int(Int64(status.delivered)), "failures": .int(Int64(status.failures)),
                "refused": .int(Int64(status.refused)), "last_delivered_at": Value(status.lastDeliveredAt?.rfc3339),
                "event": status.current.map { .int($0.seq) } ?? .null,
                "attempts": status.current.map { .int(Int64($0.failures)) } ?? .null, "problem": Value(status.problem),
                "failing_since": Value(status.failingSince?.rfc3339), "next_try_at": Value(status.nextTryAt?.rfc3339),
            ] as Value).compact()
    }
}
