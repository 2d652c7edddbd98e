// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import Synchronization

/// Seals what the database may not show, and makes the fingerprints that sealed ids are found by.
///
/// AES-256-GCM under a key derived from the store's; a sealed value is bound to its place (kind of row and number), so that rows
/// cannot be swapped. Layout: nonce (12), ciphertext, tag (16).
struct Vault: Sendable {
    /// What a sealed value is; part of what is authenticated. Raw values are on disk: never change one.
    enum Place: UInt8, Sendable {
        case check = 1, event, customer, identity, conversation, ticket, agent, team, delivery, outbox, timer, ruleSet,
            answer, stored
    }

    private let sealing: SealingKey
    /// Has taken in its key; a copy goes on from there.
    private let finding: HMAC<SHA256>
    private let nonces = NonceSource()

    init(_ key: StoreKey) {
        let master = SymmetricKey(data: key.bytes)
        func derive(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: master, info: Array("luadesk \(purpose)".utf8), outputByteCount: 32)
        }
        sealing = SealingKey(derive("seal 1"))
        finding = HMAC(key: derive("find 1"))
    }

    /// - Parameter number: of the row; for events their time, because their seq is not known yet.
    func seal(_ bytes: [UInt8], _ place: Place, _ number: Int64) throws -> Data {
        guard let sealed = sealing.seal(bytes, nonce: nonces.next(), bound: Address(place, number)) else {
            throw StoreError(code: .invalid, message: "A value could not be sealed.")
        }
        return sealed
    }

    /// - Throws: `StoreError.unreadable` if it was changed, stood elsewhere or was sealed under another key.
    func open(_ sealed: Data, _ place: Place, _ number: Int64) throws -> [UInt8] {
        guard let bytes = sealing.open(sealed, bound: Address(place, number)) else {
            throw StoreError(
                code: .unreadable,
                message: "A stored \(place) cannot be opened: it is damaged, or the key is another. Restore a backup.")
        }
        return bytes
    }

    /// 16 bytes that stand for the parts in an index without telling them.
    func fingerprint(_ parts: String...) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        for part in parts {
            withUnsafeBytes(of: UInt32(part.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        var finding = finding
        finding.update(data: bytes)
        return finding.finalize().withUnsafeBytes { Data($0.prefix(16)) }
    }
}

/// Nonces that never repeat: they count up from a random point of 96 bits.
///
/// Random ones for every value would have to stop at 2³² values under one key; here only the runs of different processes could
/// meet, with a chance of about n² · l / 2⁹⁶ for n runs of l values.
private final class NonceSource: Sendable {
    private let prefix: UInt32
    private let count: Atomic<UInt64>

    init() {
        var generator = SystemRandomNumberGenerator()
        prefix = generator.next()
        count = Atomic(generator.next())
    }

    func next() -> SealingKey.Nonce {
        SealingKey.Nonce(prefix: prefix, number: count.wrappingAdd(1, ordering: .relaxed).newValue)
    }
}

extension Vault {
    /// The number that a row with a text for a key is sealed under.
    func number(of key: String) -> Int64 { Self.number(of: fingerprint(key)) }

    /// Of a fingerprint: its first eight bytes.
    static func number(of fingerprint: Data) -> Int64 {
        Int64(bitPattern: fingerprint.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    func seal(_ value: Value, _ place: Place, _ number: Int64) throws -> Data {
        try seal(value.packed(), place, number)
    }

    func value(_ sealed: Data, _ place: Place, _ number: Int64) throws -> Value {
        try Value(packed: open(sealed, place, number))
    }

    func messageKey(channel: String, externalID: String) -> Data { fingerprint("external", channel, externalID) }
    func messageKey(conversation: ID<Conversation>, clientID: String) -> Data {
        fingerprint("client", conversation.text, clientID)
    }
    func identityKey(channel: String, externalID: String) -> Data { fingerprint("identity", channel, externalID) }
    func answerKey(_ key: String) -> Data { fingerprint("answer", key) }
    func storedKey(namespace: String, key: String) -> Data { fingerprint("stored", namespace, key) }
}
