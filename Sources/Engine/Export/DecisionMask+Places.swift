// SPDX-License-Identifier: Apache-2.0

/// What stands where in a line of an export. A new field of the log is hidden until it is named here.
extension DecisionMask {
    static let line = Place.fields([
        "seq": .keep, "at": .keep, "cause": .keep, "conversation_id": .id, "customer_id": .id, "channel": .keep,
        "rule_set": .keep, "message_id": .id, "message": .content, "trigger": trigger, "situation": situation,
        "decisions": .list(decision), "resting": .keep, "knowledge": .keep, "arrived": .keep,
        "outside": .list(.fields(["reserved": .id, "named": .agent, "agent": .id])),
    ])

    /// Fields of what a customer sent.
    static let contentFields: [String: Place] = [
        "type": .keep, "content_type": .keep, "raw_kind": .keep, "byte_count": .keep, "latitude": .sealed, "longitude": .sealed,
        "label": .sealed,
    ]

    private static let trigger = Place.fields([
        "kind": .keep, "beginning": .keep, "rule": .keep, "team": .keep, "note": .text, "by": .agent, "input": .keep,
        "content": .content, "reason": .text, "name": .keep,
    ])

    private static let situation = Place.fields([
        "occasion": .keep, "at": .keep, "seed": .sealed, "customer": customer, "conversation": conversation,
        "understanding": .keep, "desk": .keep, "plugin": .keep,
    ])

    private static let customer = Place.fields([
        "id": .id, "name": .name, "language": .keep, "attributes": .hidden, "tags": .text, "is_test": .keep, "created_at": .keep,
        "last_seen_at": .keep, "merged_into": .id, "merged": .list(.id), "_apart": .list(.id), "_merge": .sealed,
    ])

    private static let conversation = Place.fields([
        "id": .id, "customer_id": .id, "channel": .keep, "state": .keep, "team": .keep, "agent_id": .id, "priority": .keep,
        "tags": .text, "attributes": .hidden, "mood": .keep, "sla": .keep, "started_at": .keep, "updated_at": .keep,
        "waiting_since": .keep, "person_wanted_since": .keep, "queued_at": .keep, "assigned_at": .keep,
        "last_customer_message_at": .keep, "last_reply_at": .keep, "resolved_at": .keep, "last_agent_id": .id,
        "reopenings": .keep,
        "strategy": .keep, "skills": .keep, "reply_quota": .keep, "_replies": .list(replies), "_sender": .external,
        "_begun": .keep,
        "_fired": .keep, "_flow": flow,
    ])

    private static let replies = Place.fields([
        "channel": .keep, "sender": .external, "left": .keep, "messages": .keep, "until": .keep, "opened_at": .keep,
        "held": .list(.fields(["message": .id, "conversation": .id, "by_person": .keep, "parts": .list(.id)])),
    ])

    /// Where a dialogue stands; what was said in it is hidden.
    private static let flow = Place.fields([
        "flow": .keep, "version": .keep, "rule_set": .keep, "stage": .keep, "step": .keep, "started_at": .keep,
        "journal": .list(.fields(["label": .keep])), "wait": .fields(["kind": .keep, "label": .keep, "until": .keep]),
    ])

    private static let decision = Place.fields([
        "occasion": .keep, "matched": .keep, "us": .keep, "instructions": .keep, "intents": .list(intent),
        "overruled": .list(intent),
        "log": .list(.fields(["rule": .keep, "level": .keep, "text": .text])),
        "failures": .list(.fields(["rule": .keep, "file": .keep, "line": .keep, "message": .text])),
    ])

    private static let intent = Place.fields([
        "rule": .keep,
        "assign": .fields([
            "team": .keep, "agent": .agent, "sla": .keep, "strategy": .keep, "priority": .keep, "bot": .keep, "skills": .keep,
        ]),
        "hand_off": .fields(["team": .keep, "note": .text]),
        "reply": .fields(["kind": .keep, "text": .text, "fields": .text]), "note": .text, "tag": .text, "untag": .text,
        "raise_priority": .keep,
        "set_priority": .keep, "start_flow": .keep, "stop_flow": .keep, "resolve": .keep,
        "notify": .fields(["to": .text, "text": .text]),
        "open_ticket": .fields(["subject": .text, "category": .keep, "priority": .keep, "team": .keep]),
        "set": .hidden, "set_customer": .hidden,
    ])
}
