// SPDX-License-Identifier: Apache-2.0
import COpenSSL
import Crypto
import Foundation

/// Seals and opens with AES-256-GCM under one key that is set up once: every row of a commit passes here.
///
/// libcrypto itself and not swift-crypto, which sets the key up anew for each value: that took longer than the rest.
final class SealingKey: @unchecked Sendable {
    /// 12 bytes as they lie before the ciphertext.
    struct Nonce {
        let prefix: UInt32
        let low: UInt32
        let high: UInt32

        init(prefix: UInt32, number: UInt64) {
            self.prefix = prefix
            low = UInt32(truncatingIfNeeded: number).littleEndian
            high = UInt32(truncatingIfNeeded: number >> 32).littleEndian
        }
    }

    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// Takes turns inside.
    private let state: OpaquePointer

    /// - Parameter key: 256 bits.
    init(_ key: SymmetricKey) {
        precondition(key.bitCount == 256)
        let state = key.withUnsafeBytes { cossl_gcm_new($0.bindMemory(to: UInt8.self).baseAddress) }
        guard let state else { fatalError("libcrypto has no AES-256-GCM.") }
        self.state = state
    }

    deinit { cossl_gcm_free(state) }

    /// - Returns: nonce, ciphertext, tag; nil if libcrypto refuses.
    func seal(_ bytes: [UInt8], nonce: Nonce, bound address: Vault.Address) -> Data? {
        let count = Self.nonceBytes + bytes.count + Self.tagBytes
        let out = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 1)
        withUnsafeBytes(of: nonce) { out.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: Self.nonceBytes) }
        let status = bytes.withUnsafeBytes { bytes in
            address.withBytes { address in
                cossl_gcm_seal(
                    state, out, address.baseAddress, address.count, bytes.baseAddress, bytes.count,
                    out + Self.nonceBytes)
            }
        }
        guard status == 0 else { out.deallocate(); return nil }
        return Data(bytesNoCopy: out, count: count, deallocator: .custom { pointer, _ in pointer.deallocate() })
    }

    /// - Returns: nil if it was changed, stood elsewhere or was sealed under another key.
    func open(_ sealed: Data, bound address: Vault.Address) -> [UInt8]? {
        let count = sealed.count - Self.nonceBytes - Self.tagBytes
        guard count >= 0 else { return nil }
        var status: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, length in
            // A buffer of no bytes may have no address.
            var none: UInt8 = 0
            status = sealed.withUnsafeBytes { sealed in
                address.withBytes { address in
                    let start = sealed.baseAddress.unsafelyUnwrapped
                    return withUnsafeMutablePointer(to: &none) { none in
                        cossl_gcm_open(
                            state, start, address.baseAddress, address.count, start + Self.nonceBytes,
                            sealed.count - Self.nonceBytes, bytes.baseAddress ?? none)
                    }
                }
            }
            length = status == 0 ? count : 0
        }
        return status == 0 ? bytes : nil
    }
}

extension Vault {
    /// Where a sealed value stands; authenticated with it. 9 bytes: place, number.
    struct Address {
        private let place: UInt8
        private let number: UInt64

        init(_ place: Place, _ number: Int64) {
            self.place = place.rawValue
            self.number = UInt64(bitPattern: number)
        }

        func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            withUnsafeTemporaryAllocation(byteCount: 9, alignment: 8) { bytes in
                bytes[0] = place
                bytes.storeBytes(of: number.littleEndian, toByteOffset: 1, as: UInt64.self)
                return body(UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
