// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Journal

/// The 32 bytes under which personal data lie encrypted, and the keys that are derived from them for other purposes.
struct DeskKey: Sendable {
    let bytes: [UInt8]

    /// Where it lies unless the configuration says otherwise.
    static func path(in folder: String) -> String { "\(folder)/desk.key" }

    /// - Parameter hex: from the configuration or LUADESK_ENCRYPTION_KEY; nil: the key file of the data folder.
    static func load(hex: String?, folder: String, creatingIfMissing: Bool) throws -> DeskKey {
        if let hex {
            guard let key = DeskKey(hex: hex) else { throw Complaint("the encryption key should be 64 hex digits (32 bytes).") }
            return key
        }
        let path = path(in: folder)
        _ = try StoreKey.load(from: path, creatingIfMissing: creatingIfMissing)
        let data = Array(FileManager.default.contents(atPath: path) ?? Data())
        guard let key = DeskKey(hex: String(decoding: data, as: UTF8.self)) ?? DeskKey(data) else {
            throw Complaint("the key file \(path) holds no key: expected 64 hex digits or 32 bytes.")
        }
        return key
    }

    private init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    private init?(hex: String) {
        let digits = hex.trimming([" ", "\n", "\r", "\r\n"]).compactMap(\.hexDigitValue)
        guard digits.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    func storeKey() throws -> StoreKey {
        guard let key = StoreKey(bytes) else { throw Complaint("the encryption key should have 32 bytes.") }
        return key
    }

    /// A key of its own for each purpose: HKDF-SHA256.
    func derived(for purpose: String) -> [UInt8] {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), info: Array("luadesk \(purpose)".utf8), outputByteCount: 32
        ).withUnsafeBytes { Array($0) }
    }
}
