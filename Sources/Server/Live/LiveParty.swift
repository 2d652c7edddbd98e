// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// Who is at the other end of the live channel.
enum LiveParty: Sendable {
    case customer(LiveSession)
    case person(Principal)

    var audience: Audience {
        switch self {
        case .customer(let session): session.audience
        case .person(let principal): .desk(principal)
        }
    }

    var isCustomer: Bool { if case .customer = self { true } else { false } }
}
