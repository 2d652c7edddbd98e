// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where a client keeps what must survive the end of the app: a few small files, and one for each attachment that
/// waits.
///
/// Two kinds of people write one: who wants the files elsewhere (a shared container, a database), and who wants none
/// (`MemoryStorage`). A client calls it on a queue of its own, one call at a time; a storage belongs to one client,
/// never to two at once. Names are of ASCII letters, digits, `-` and `.`.
public protocol ClientStorage: Sendable {
    /// The whole content; nil if there is none of this name. Throws if there is one that cannot be read now.
    func read(_ name: String) throws -> Data?
    /// Replaces the content wholly or, if it throws, not at all; when it returns, the end of the process does no harm.
    func write(_ data: Data, as name: String) throws
    /// Forgets it; that there is none of this name is no error.
    func remove(_ name: String) throws
    /// Keeps damaged content under another name, out of the client's way.
    /// - Returns: where it is, for a person.
    func setAside(_ name: String) throws -> String
}
