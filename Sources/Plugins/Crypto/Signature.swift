// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// Signatures by scheme: `rsa-sha1 rsa-sha256 rsa-sha512 rsa-pss-sha256 ecdsa-sha256 ecdsa-sha384 sm2-sm3 ed25519`.
package enum Signature {
    /// - Parameters:
    ///   - key: private key, PEM or DER.
    ///   - raw: r followed by s, instead of DER, for the elliptic schemes.
    package static func sign(_ scheme: String, key: [UInt8], raw: Bool = false, _ data: [UInt8]) throws(CryptoFailure)
        -> [UInt8]
    {
        var out = [UInt8](repeating: 0, count: 2048)
        let count = cossl_sign(scheme, key, key.count, raw ? 1 : 0, data, data.count, &out, out.count)
        guard count >= 0 else { throw CryptoFailure(code: count) }
        return Array(out.prefix(count))
    }

    /// - Parameter key: public key or certificate, PEM or DER.
    package static func verify(
        _ scheme: String, key: [UInt8], raw: Bool = false, _ data: [UInt8], signature: [UInt8]
    ) throws(CryptoFailure) -> Bool {
        let answer = cossl_verify(
            scheme, key, key.count, raw ? 1 : 0, data, data.count, signature, signature.count)
        guard answer >= 0 else { throw CryptoFailure(code: Int(answer)) }
        return answer == 1
    }
}
