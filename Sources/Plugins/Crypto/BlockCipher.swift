// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// A symmetric cipher by name: `aes-128|192|256-cbc|ctr|ecb|gcm`, `sm4-cbc|ctr|ecb` (and `sm4-gcm` from OpenSSL 3.1).
package struct BlockCipher: Sendable {
    package var name: String
    package var key: [UInt8]
    package var iv: [UInt8]
    /// PKCS#7 with the cipher's own block, for cbc and ecb. Platforms that pad to other blocks switch it off.
    package var padding = true
    /// Additional data that gcm authenticates.
    package var aad: [UInt8] = []

    package init(_ name: String, key: [UInt8], iv: [UInt8], padding: Bool = true, aad: [UInt8] = []) {
        self.name = name
        self.key = key
        self.iv = iv
        self.padding = padding
        self.aad = aad
    }

    /// - Returns: the ciphertext, and with gcm a tag of 16 bytes (else empty).
    package func encrypt(_ data: [UInt8]) throws(CryptoFailure) -> (data: [UInt8], tag: [UInt8]) {
        var tag = [UInt8](repeating: 0, count: 16)
        let out = try run(data, encrypting: true, tag: &tag)
        return (out, name.hasSuffix("-gcm") ? tag : [])
    }

    /// - Parameter tag: of gcm; ignored by the other modes.
    package func decrypt(_ data: [UInt8], tag: [UInt8] = []) throws(CryptoFailure) -> [UInt8] {
        var tag = tag
        return try run(data, encrypting: false, tag: &tag)
    }

    private func run(_ data: [UInt8], encrypting: Bool, tag: inout [UInt8]) throws(CryptoFailure) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: data.count + 32)
        let count = cossl_cipher(
            name, encrypting ? 1 : 0, padding ? 1 : 0, key, key.count, iv, iv.count, aad, aad.count, data, data.count,
            &tag, tag.count, &out)
        guard count >= 0 else { throw CryptoFailure(code: count) }
        out.removeLast(out.count - count)
        return out
    }
}
