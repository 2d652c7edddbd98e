// SPDX-License-Identifier: Apache-2.0
import Desk

/// Who a customer is, by their platform's login.
package struct PlatformLogin: Sendable, Hashable {
    /// The platform's id of the customer for this program: open id.
    package var externalID: String
    /// The same for all programs of one owner.
    package var unionID: String?
    /// `name`, `language`, `phone`, `email`, attributes. Always an object.
    package var profile: Value

    init?(_ value: Value) {
        guard let external = value["external_id"]?.string, (1...512).contains(external.utf8.count) else { return nil }
        externalID = external
        unionID = value["union_id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        profile = value["profile"].flatMap { $0.object == nil ? nil : $0 } ?? .object(.init())
    }
}

/// Why a login did not succeed.
package struct LoginRefusal: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// The client's code is wrong, used or too old: the client logs in again.
        case badCode = "bad_code"
        /// The platform refuses this customer.
        case refused
        case network
        /// Something in the channel's settings is wrong.
        case misconfigured
        /// The channel has no login.
        case unknown
    }
    package let code: Code
    package let reason: String
}
