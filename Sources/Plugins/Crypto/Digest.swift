// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// Digests and HMACs by name: `md5 sha1 sha224 sha256 sha384 sha512 sm3`.
package enum Digest {
    package static func hash(_ name: String, _ data: [UInt8]) throws(CryptoFailure) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(COSSL_DIGEST_MAX))
        let count = cossl_digest(name, data, data.count, &out)
        guard count >= 0 else { throw CryptoFailure(code: Int(count)) }
        return Array(out.prefix(Int(count)))
    }

    package static func hmac(_ name: String, key: [UInt8], _ data: [UInt8]) throws(CryptoFailure) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(COSSL_DIGEST_MAX))
        let count = cossl_hmac(name, key, key.count, data, data.count, &out)
        guard count >= 0 else { throw CryptoFailure(code: Int(count)) }
        return Array(out.prefix(Int(count)))
    }

    /// Whether both are the same, in a time that does not tell where they differ. Different lengths are simply unequal.
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && cossl_equal(a, b, a.count) == 1
    }

    /// Bytes fit for keys and nonces.
    package static func random(_ count: Int) throws(CryptoFailure) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        guard count == 0 || cossl_random(&out, count) == 0 else { throw .failed }
        return out
    }
}
