// SPDX-License-Identifier: Apache-2.0

extension MessageContent {
    /// The three fields `kind, text, fields` as they stand in events and in the API; `fields` only where there are any.
    package var value: Value {
        var value: Value = ["kind": .string(kind.rawValue), "text": .string(text)]
        if let object = fields.object, !object.isEmpty { value["fields"] = fields }
        return value
    }

    /// Absent or null: `kind` is `text`, `text` is empty, `fields` has none.
    /// - Returns: nil if `kind` is unknown, `text` no string or `fields` no object.
    package init?(value: Value) {
        let fields = value["fields"] ?? .object(.init())
        guard let kind = (value["kind"] ?? "text").string.flatMap(Kind.init(rawValue:)), let text = (value["text"] ?? "").string,
            fields.object != nil
        else { return nil }
        self.init(kind: kind, text: text, fields: fields)
    }
}

extension Message {
    /// The message as events and the API write it.
    package var value: Value {
        var pairs: [Value.Fields.Pair] = []
        pairs.reserveCapacity(16)
        func put(_ name: String, _ text: String?) { if let text { pairs.append(.init(name, .string(text))) } }
        put("id", id.text)
        put("conversation_id", conversation.text)
        put("customer_id", customer.text)
        put("channel", channel)
        put("direction", direction.rawValue)
        put("kind", content.kind.rawValue)
        put("text", content.text)
        if let fields = content.fields.object, !fields.isEmpty { pairs.append(.init("fields", content.fields)) }
        put("author", author.text)
        put("external_id", externalID)
        put("client_id", clientID)
        put("delivery", delivery.name)
        put("failure", delivery.reason)
        put("at", at.rfc3339)
        if seq > 0 { pairs.append(.init("seq", .int(seq))) }
        return .object(.init(unchecked: pairs))
    }

    /// Reads what `value` wrote; nil if a needed field is missing or wrong.
    package init?(value: Value) {
        guard let id = value["id"]?.string.flatMap({ ID<Message>(text: $0) }),
            let conversation = value["conversation_id"]?.string.flatMap({ ID<Conversation>(text: $0) }),
            let customer = value["customer_id"]?.string.flatMap({ ID<Customer>(text: $0) }),
            let channel = value["channel"]?.string,
            let direction = value["direction"]?.string.flatMap(MessageDirection.init(rawValue:)),
            let content = MessageContent(value: value),
            let author = value["author"]?.string.flatMap(Actor.init(text:)),
            let delivery = Delivery(name: value["delivery"]?.string ?? "sent", reason: value["failure"]?.string),
            let at = value["at"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        self.init(
            id: id, conversation: conversation, customer: customer, channel: channel, direction: direction,
            content: content, author: author, externalID: value["external_id"]?.string,
            clientID: value["client_id"]?.string, delivery: delivery, at: at, seq: value["seq"]?.int ?? 0)
    }
}
