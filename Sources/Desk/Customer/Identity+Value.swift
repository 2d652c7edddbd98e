// SPDX-License-Identifier: Apache-2.0

extension Identity {
    /// The identity as events and the API write it.
    package var value: Value {
        Value(fields: ["channel": .text(channel), "external_id": .text(externalID), "customer_id": .id(customer)])
    }

    /// Reads what `value` wrote; nil if a field is missing or wrong.
    package init?(value: Value) {
        guard let channel = value.text("channel"), let externalID = value.text("external_id"),
            let customer: ID<Customer> = value.id("customer_id")
        else { return nil }
        self.init(channel: channel, externalID: externalID, customer: customer)
    }
}
