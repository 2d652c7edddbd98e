// SPDX-License-Identifier: Apache-2.0

/// Names of fields that are written as one or two bytes.
///
/// The position is on disk: append only, never remove, rename or reorder.
enum FieldNames {
    static let all = [
        "id", "conversation_id", "customer_id", "channel", "direction", "kind", "text", "fields", "author", "external_id",
        "client_id", "delivery", "failure", "at", "seq", "name", "language", "attributes", "tags", "is_test", "created_at",
        "last_seen_at", "state", "team", "agent_id", "priority", "mood", "sla", "started_at", "updated_at",
        "waiting_since", "person_wanted_since", "queued_at", "assigned_at", "last_customer_message_at", "last_reply_at",
        "resolved_at", "last_agent_id", "reopenings", "strategy", "skills", "_fired", "_flow", "flow", "version",
        "rule_set", "stage", "journal", "wait", "step", "label", "hash", "result", "until", "detail", "number", "status",
        "subject", "category", "type", "requester_id", "assignee_id", "follower_ids", "first_reply_at", "solved_at",
        "closed_at", "paused_since", "paused_ms", "satisfaction", "role", "teams", "capacity", "presence", "idle_since",
        "hours", "utc_offset_s", "week", "holidays", "exceptions", "from", "to", "reason", "occasion", "matched",
        "intents", "errors", "us", "instructions", "rule", "file", "line", "message", "recipient", "attempts", "due_at",
        "agent", "conversation", "customer", "ticket", "wait_ms", "overruled", "timers", "action", "confidence", "intent",
        "url", "title", "description", "media_id", "code",
    ]
    static let positions = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
}
