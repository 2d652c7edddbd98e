// SPDX-License-Identifier: Apache-2.0

/// What a channel does with replies where its platform limits them; `replies:` of the channel in the configuration.
package struct ReplyPolicy: Sendable, Hashable {
    /// Texts of the machine that would go out one behind the other become one message, within the platform's text limit.
    package var merge: Bool
    /// So many replies of the quota are for people; the machine's wait when no more remain.
    package var keepForPeople: Int
    /// Ids of channels to answer on where this one takes no more, the first that the customer agreed to.
    package var fallback: [String]

    package init(merge: Bool = false, keepForPeople: Int = 0, fallback: [String] = []) {
        self.merge = merge
        self.keepForPeople = keepForPeople
        self.fallback = fallback
    }
}
