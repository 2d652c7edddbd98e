// SPDX-License-Identifier: Apache-2.0
import COpenSSL

/// Why an operation of libcrypto gave nothing.
package enum CryptoFailure: String, Error, Hashable {
    /// No such algorithm here: a programmer's error, or a libcrypto too old for it.
    case unknownAlgorithm = "unknown_algorithm"
    /// The key or the initialisation vector has the wrong length or form.
    case badKey = "bad_key"
    /// The data's length does not fit the cipher.
    case badLength = "bad_length"
    /// Authentication failed: wrong key, tag or data.
    case badTag = "bad_tag"
    case badPadding = "bad_padding"
    case failed

    init(code: Int) {
        switch code {
        case Int(COSSL_UNKNOWN): self = .unknownAlgorithm
        case Int(COSSL_KEY): self = .badKey
        case Int(COSSL_LENGTH): self = .badLength
        case Int(COSSL_TAG): self = .badTag
        case Int(COSSL_PADDING): self = .badPadding
        default: self = .failed
        }
    }

    /// For the author of a plugin.
    package var message: String {
        switch self {
        case .unknownAlgorithm: "this algorithm is not known here"
        case .badKey: "the key or iv has the wrong length or form"
        case .badLength: "the data's length does not fit the cipher"
        case .badTag: "authentication failed"
        case .badPadding: "the padding is wrong"
        case .failed: "libcrypto refused"
        }
    }
}
