// SPDX-License-Identifier: Apache-2.0

/// A person who asks. Has identities on channels, attributes that rules read, and tags.
package struct Customer: Sendable, Hashable, Identified {
    package static var idLetter: Unicode.Scalar { "c" }

    package let id: ID<Customer>
    package var name: String?
    /// BCP 47, `zh-CN` or `en`.
    package var language: String?
    /// What rules, agents and integrations know: `vip_level`, `last_purchase`, anything. Always an object.
    package var attributes: Value
    package var tags: [String]
    /// Left out of the measures.
    package var isTest: Bool
    package var createdAt: Instant
    package var lastSeenAt: Instant
    /// Another customer, who is the same person: this one's identities, conversations and tickets are there now.
    package var mergedInto: ID<Customer>?
    /// Customers who were found to be this one, the latest last.
    package var merged: [ID<Customer>] = []
    /// Customers of whom somebody said that they are other people: what both are known by joins them no more.
    package var apart: [ID<Customer>] = []
    /// What was joined when this one was merged into another.
    package var merge: CustomerMerge?

    package init(
        id: ID<Customer>, name: String? = nil, language: String? = nil, attributes: Value = .object(.init()),
        tags: [String] = [], isTest: Bool = false, createdAt: Instant, lastSeenAt: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.language = language
        self.attributes = attributes
        self.tags = tags
        self.isTest = isTest
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt ?? createdAt
    }
}

/// Who a customer is on one channel: an open id, a phone number, an address, a signed user id.
package struct Identity: Sendable, Hashable {
    /// Id of the channel in the configuration.
    package let channel: String
    /// The platform's id; compared byte for byte.
    package let externalID: String
    package let customer: ID<Customer>

    package init(channel: String, externalID: String, customer: ID<Customer>) {
        self.channel = channel
        self.externalID = externalID
        self.customer = customer
    }
}
