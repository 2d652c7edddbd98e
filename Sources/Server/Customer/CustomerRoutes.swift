// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Customers: who they are, where they come from.
enum CustomerRoutes {
    static let all = [
        Route.list(
            "/v1/customers", "listCustomers",
            "Customers, in the order they first came; or the one with an external id on a channel; or those whom a text may mean, with their identities.",
            .may(.readDesk),
            [
                .init(name: "channel", schema: .text, note: "With external_id: the customer known by it."),
                .init(name: "external_id", schema: .text, note: "The platform's id; needs channel."),
                .init(
                    name: "query", schema: .string(length: 0...200),
                    note:
                        "Finds by id, telephone number, e-mail address or external id, all of it, or by a part of the name among the newest 5000; empty: whom somebody talked to last. One page."
                ),
            ], of: "Customer"
        ) { call in
            let page = try Cursor.page(call)
            let store = call.engine.store
            if let words = call.query["query"] {
                var items: [Value] = []
                for customer in try await call.engine.findCustomers(words, limit: min(page.limit, 50)) {
                    items.append(try await full(customer.id, call))
                }
                return .ok(["items": .array(items), "next_cursor": .null])
            }
            if let channel = call.query["channel"], let external = call.query["external_id"] {
                let found = try await store.customer(channel: channel, externalID: external)
                return .ok(["items": .array(found.map { [$0.value.outward] } ?? []), "next_cursor": .null])
            }
            guard call.query["channel"] == nil, call.query["external_id"] == nil else {
                throw Problem.bad("missing_parameter", "channel and external_id belong together.", parameter: "external_id")
            }
            return Cursor.reply(try await store.customers(page), page, number: \.id.number, value: \.value.outward)
        },
        Route.get(
            "/v1/customers/{id}", "readCustomer",
            "One customer, with identities. The id of one who was merged answers with the one who remains.",
            .may(.readDesk),
            answer: .reference("Customer")
        ) { call in
            .ok(try await full(try await call.engine.survivor(of: try call.id("customer")), call))
        },
        Route.write(
            .patch, "/v1/customers/{id}", "changeCustomer",
            "Changes name, language, tags or attributes (laid over; null removes).",
            .may(.answer),
            body: .object([
                .optional("name", .string(length: 0...100)), .optional("language", .string(length: 0...20)),
                .optional("tags", .array(.string(length: 1...100), limit: 100)), .optional("attributes", .anyObject()),
                .optional("is_test", .boolean, "Left out of the measures."),
            ]),
            answer: .reference("Customer"), example: ["attributes": ["vip_level": 5]]
        ) { call in
            let id: ID<Customer> = try call.id("customer")
            return .ok(try await call.engine.changeCustomer(id, patch: call.body, by: try call.principal).value.outward)
        },
        Route.write(
            .post, "/v1/customers/{id}/merge", "mergeCustomer",
            "Says that another customer is the same person: their identities, conversations and tickets are this one's from then on.",
            .may(.answer),
            body: .object([.needed("other", .id("c"), "Who is merged into this one. Their id goes on to answer, with this one.")]
            ),
            answer: .reference("Customer"), example: ["other": "c0000000000001"]
        ) { call in
            guard let other: ID<Customer> = call.body["other"]?.string.flatMap({ ID(text: $0) }) else {
                throw Problem.bad("invalid", "other: a customer's id was expected.", parameter: "other")
            }
            let kept = try await call.engine.mergeCustomer(try call.id("customer"), with: other, by: try call.principal)
            return .ok(try await full(kept.id, call))
        },
        Route.write(
            .post, "/v1/customers/{id}/unmerge", "unmergeCustomer",
            "Takes a merge back: what the other brought, and the conversations begun since by their identities, are theirs again. "
                + "A conversation in which both wrote meanwhile is not cut: it stays whole with whom it belonged to before.",
            .may(.answer),
            body: .object([
                .optional("other", .id("c"), "Who is to be another person again; the one merged last if not given.")
            ]), optional: true,
            answer: .object([.needed("customer", .reference("Customer")), .needed("other", .reference("Customer"))]),
            example: ["other": "c0000000000001"]
        ) { call in
            let other: ID<Customer>? = call.body["other"]?.string.flatMap { ID(text: $0) }
            let parted = try await call.engine.unmergeCustomer(try call.id("customer"), from: other, by: try call.principal)
            return .ok([
                "customer": try await full(parted.customer.id, call), "other": try await full(parted.other.id, call),
            ])
        },
    ]

    private static func full(_ id: ID<Customer>, _ call: Call) async throws -> Value {
        let store = call.engine.store
        guard let customer = try await store.customer(id) else { throw Problem.notFound("customer", id.text) }
        let identities = try await store.identities(of: id).map(\.value)
        return customer.value.outward.merging(["identities": .array(identities)])
    }
}

extension Call {
    /// A customer named in the query; one who was merged stands for the one who remains.
    func customer(_ name: String) async throws -> ID<Customer>? {
        guard let id: ID<Customer> = try filter(name) else { return nil }
        // Of nobody there is nothing: an empty list, as for any other filter.
        return try await engine.store.customer(id) == nil ? id : engine.survivor(of: id)
    }
}
