// SPDX-License-Identifier: Apache-2.0

/// What was joined when one customer was merged into another: enough to take it back.
package struct CustomerMerge: Sendable, Hashable {
    /// Where a conversation stood: whose it was, and where its replies went.
    package struct Place: Sendable, Hashable {
        package let conversation: ID<Conversation>
        package let channel: String
        package let sender: String?

        package init(_ conversation: Conversation) {
            self.conversation = conversation.id
            channel = conversation.channel
            sender = conversation.sender
        }
    }

    /// By what the merged customer was known; `customer` is that one.
    package var identities: [Identity]
    /// The merged customer's conversations.
    package var conversations: [Place]
    /// Conversations of the remaining customer that could still go on.
    package var kept: [Place]
    package var tickets: [ID<Ticket>]
    /// What the remaining customer lacked and took over: attributes, tags, and whether name and language.
    package var attributes: Value
    package var tags: [String]
    package var gaveName: Bool
    package var gaveLanguage: Bool
    package var at: Instant

    package init(
        identities: [Identity], conversations: [Place], kept: [Place], tickets: [ID<Ticket>], at: Instant
    ) {
        self.identities = identities
        self.conversations = conversations
        self.kept = kept
        self.tickets = tickets
        self.at = at
        attributes = .object(.init())
        tags = []
        gaveName = false
        gaveLanguage = false
    }

    package func owns(channel: String, externalID: String) -> Bool {
        identities.contains { $0.channel == channel && $0.externalID == externalID }
    }
}

extension CustomerMerge {
    package var value: Value {
        Value(fields: [
            "identities": .array(identities.map(\.value)), "conversations": .array(conversations.map(\.value)),
            "kept": .array(kept.map(\.value)), "tickets": .texts(tickets.map(\.text)), "attributes": attributes,
            "tags": .texts(tags), "name": .bool(gaveName), "language": .bool(gaveLanguage), "at": .time(at),
        ])
    }

    /// Reads what `value` wrote; nil without a time.
    package init?(value: Value) {
        guard let at = value.time("at") else { return nil }
        self.init(
            identities: (value["identities"]?.array ?? []).compactMap { Identity(value: $0) },
            conversations: (value["conversations"]?.array ?? []).compactMap { Place(value: $0) },
            kept: (value["kept"]?.array ?? []).compactMap { Place(value: $0) },
            tickets: value.texts("tickets").compactMap { ID(text: $0) }, at: at)
        attributes = value.fields("attributes")
        tags = value.texts("tags")
        gaveName = value["name"]?.bool ?? false
        gaveLanguage = value["language"]?.bool ?? false
    }
}

extension CustomerMerge.Place {
    var value: Value {
        Value(fields: ["id": .id(conversation), "channel": .text(channel), "sender": .text(sender)])
    }

    init?(value: Value) {
        guard let id: ID<Conversation> = value.id("id"), let channel = value.text("channel") else { return nil }
        conversation = id
        self.channel = channel
        sender = value.text("sender")
    }
}

extension Customer {
    /// Takes over what another, who is the same person, knows better; what this one knows stays.
    /// - Parameter record: gets what was taken over.
    package mutating func absorb(_ other: Customer, _ record: inout CustomerMerge) {
        for pair in other.attributes.object?.pairs ?? [] where attributes[pair.name] == nil {
            attributes[pair.name] = pair.value
            record.attributes[pair.name] = pair.value
        }
        record.tags = other.tags.filter { !tags.contains($0) }
        tags += record.tags
        record.gaveName = name == nil && other.name != nil
        record.gaveLanguage = language == nil && other.language != nil
        name = name ?? other.name
        language = language ?? other.language
        lastSeenAt = max(lastSeenAt, other.lastSeenAt)
        merged.append(other.id)
    }

    /// Gives back what was taken over, as far as nobody has changed it since.
    package mutating func part(from other: Customer, _ record: CustomerMerge) {
        for pair in record.attributes.object?.pairs ?? [] where attributes[pair.name] == pair.value {
            attributes[pair.name] = nil
        }
        tags.removeAll { record.tags.contains($0) }
        if record.gaveName, name == other.name { name = nil }
        if record.gaveLanguage, language == other.language { language = nil }
        merged.removeAll { $0 == other.id }
        if !apart.contains(other.id) { apart.append(other.id) }
    }
}
