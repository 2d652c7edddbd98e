// SPDX-License-Identifier: Apache-2.0
import Desk

/// An event as it was read: whoever needs it opens it, on the thread where it is needed.
package struct SealedEvent: Sendable {
    private enum Form: Sendable { case event(Event), row(EventRow, Vault) }
    private let form: Form

    init(_ event: Event) { form = .event(event) }
    init(_ row: EventRow, _ vault: Vault) { form = .row(row, vault) }

    package var seq: Seq {
        switch form {
        case .event(let event): event.seq
        case .row(let row, _): row.seq
        }
    }

    /// - Throws: `StoreError.unreadable` if it was changed or is of a kind that this program does not know.
    package func open() throws -> Event {
        switch form {
        case .event(let event): event
        case .row(let row, let vault): try row.event(vault)
        }
    }
}
