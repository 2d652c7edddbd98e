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
            "Customers, in the order they first came; or the one with an external id on a channel.",
            .may(.readDesk),
            [
                .init(name: "channel", schema: .text, note: "With external_id: the customer known by it."),
                .init(name: "external_id", schema: .text, note: "The platform's id; needs channel."),
            ], of: "Customer"
        ) { call in
            let page = try Cursor.page(call)
            let store = call.engine.store
            if let channel = call.query["channel"], let external = call.query["external_id"] {
                let found = try await store.customer(channel: channel, externalID: external)
                return .ok(["items": .array(found.map { [$0.value] } ?? []), "next_cursor": .null])
            }
            guard call.query["channel"] == nil, call.query["external_id"] == nil else {
                throw Problem.bad("missing_parameter", "channel and external_id belong together.", parameter: "external_id")
            }
            return Cursor.reply(try await store.customers(page), page, number: \.id.number, value: \.value)
        },
        Route.get(
            "/v1/customers/{id}", "readCustomer", "One customer, with identities.", .may(.readDesk),
            answer: .reference("Customer")
        ) { call in
            let id: ID<Customer> = try call.id("customer")
            let store = call.engine.store
            guard let customer = try await store.customer(id) else { throw Problem.notFound("customer", id.text) }
            return .ok(customer.value.merging(["identities": .array(try await store.identities(of: id).map(\.value))]))
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
            .ok(try await call.engine.changeCustomer(try call.id("customer"), patch: call.body, by: try call.principal).value)
        },
    ]
}
