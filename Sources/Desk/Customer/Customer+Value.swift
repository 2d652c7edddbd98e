// SPDX-License-Identifier: Apache-2.0

extension Customer {
    /// The customer as events, the store and the API write it.
    package var value: Value {
        Value(fields: [
            "id": .id(id),
            "name": .text(name),
            "language": .text(language),
            "attributes": attributes,
            "tags": .texts(tags),
            "is_test": .bool(isTest),
            "created_at": .time(createdAt),
            "last_seen_at": .time(lastSeenAt),
            "merged_into": .id(mergedInto),
            "merged": merged.isEmpty ? nil : .texts(merged.map(\.text)),
            "_apart": apart.isEmpty ? nil : .texts(apart.map(\.text)),
            "_merge": merge?.value,
        ])
    }

    /// Reads what `value` wrote; nil if id or time of creation is missing or wrong.
    package init?(value: Value) {
        guard let id: ID<Customer> = value.id("id"), let createdAt = value.time("created_at") else { return nil }
        self.init(
            id: id, name: value.text("name"), language: value.text("language"), attributes: value.fields("attributes"),
            tags: value.texts("tags"), isTest: value["is_test"]?.bool ?? false, createdAt: createdAt,
            lastSeenAt: value.time("last_seen_at"))
        mergedInto = value.id("merged_into")
        merged = value.texts("merged").compactMap { ID(text: $0) }
        apart = value.texts("_apart").compactMap { ID(text: $0) }
        merge = value["_merge"].flatMap { CustomerMerge(value: $0) }
    }
}
