// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// Known answers of published standards, through the shim over libcrypto.
@Suite struct CryptoTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    @Test(
        "digests of \"abc\"",
        arguments: [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"), ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "sha512",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
            ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ])
    func digests(_ name: String, _ expected: String) throws {
        #expect(try CryptoModule.hex(Digest.hash(name, Array("abc".utf8))) == expected)
    }

    @Test("digests of nothing, and of an unknown name") func edges() throws {
        #expect(try CryptoModule.hex(Digest.hash("sha1", [])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(throws: CryptoFailure.unknownAlgorithm) { try Digest.hash("sha3000", []) }
        #expect(throws: CryptoFailure.unknownAlgorithm) { try BlockCipher("aes-256-xts", key: [], iv: []).encrypt([]) }
    }

    @Test("HMAC of RFC 4231, case 2") func hmac() throws {
        let sum = try Digest.hmac("sha256", key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(CryptoModule.hex(sum) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("AES-128-CBC of RFC 3602, case 1, without padding") func cbc() throws {
        let cipher = BlockCipher(
            "aes-128-cbc", key: Self.bytes("06a9214036b8a15b512e03d534120006"),
            iv: Self.bytes("3dafba429d9eb430b422da802c9fac41"),
            padding: false)
        let sealed = try cipher.encrypt(Array("Single block msg".utf8)).data
        #expect(CryptoModule.hex(sealed) == "e353779c1079aeb82708942dbe77181a")
        #expect(try cipher.decrypt(sealed) == Array("Single block msg".utf8))
    }

    @Test("AES-256-GCM of the GCM specification, case 16") func gcm() throws {
        let cipher = BlockCipher(
            "aes-256-gcm", key: Self.bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
            iv: Self.bytes("cafebabefacedbaddecaf888"), aad: Self.bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let plain = Self.bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        )
        let (data, tag) = try cipher.encrypt(plain)
        #expect(CryptoModule.hex(tag) == "76fc6ece0f4e1768cddf8853bb2d551b")
        #expect(try cipher.decrypt(data, tag: tag) == plain)
        var wrong = tag
        wrong[0] ^= 1
        #expect(throws: CryptoFailure.badTag) { try cipher.decrypt(data, tag: wrong) }
        #expect(throws: CryptoFailure.badKey) { try cipher.decrypt(data, tag: []) }
    }

    @Test("SM4 of GB/T 32907, example 1") func sm4() throws {
        let key = Self.bytes("0123456789abcdeffedcba9876543210")
        let sealed = try BlockCipher("sm4-ecb", key: key, iv: [], padding: false).encrypt(key).data
        #expect(CryptoModule.hex(sealed) == "681edf34d206965e86b3e94f536e4246")
    }

    @Test("wrong lengths and paddings are told apart") func refusals() throws {
        let cipher = BlockCipher("aes-256-cbc", key: [UInt8](repeating: 1, count: 32), iv: [UInt8](repeating: 2, count: 16))
        #expect(throws: CryptoFailure.badLength) { try cipher.decrypt([1, 2, 3]) }
        #expect(throws: CryptoFailure.badLength) { try cipher.decrypt([]) }
        #expect(throws: CryptoFailure.badPadding) { try cipher.decrypt([UInt8](repeating: 7, count: 32)) }
        #expect(throws: CryptoFailure.badKey) { try BlockCipher("aes-256-cbc", key: [1], iv: cipher.iv).encrypt([]) }
        #expect(throws: CryptoFailure.badKey) { try BlockCipher("aes-256-cbc", key: cipher.key, iv: [1]).encrypt([]) }
        #expect(try cipher.decrypt(cipher.encrypt([]).data) == [])
        #expect(try cipher.decrypt(cipher.encrypt(Array("你好".utf8)).data) == Array("你好".utf8))
    }

    @Test("what was signed verifies, and nothing else does", arguments: Keys.all)
    func signatures(_ pair: Keys) throws {
        let (key, open) = (Array(pair.secret.utf8), Array(pair.open.utf8))
        let words = Array("what was said".utf8)
        for raw in [false, true] {
            let signature = try Signature.sign(pair.scheme, key: key, raw: raw, words)
            #expect(try Signature.verify(pair.scheme, key: open, raw: raw, words, signature: signature))
            #expect(try !Signature.verify(pair.scheme, key: open, raw: raw, words + [0], signature: signature))
            #expect(
                try !Signature.verify(
                    pair.scheme, key: open, raw: raw, words, signature: signature.dropLast() + [signature.last! ^ 1]))
            #expect(try !Signature.verify(pair.scheme, key: open, raw: raw, words, signature: []))
        }
        #expect(throws: CryptoFailure.badKey) { try Signature.sign(pair.scheme, key: Array("no key".utf8), words) }
        #expect(throws: CryptoFailure.badKey) { try Signature.verify(pair.scheme, key: [], words, signature: [1]) }
        let other = pair.scheme == "rsa-sha256" ? "ecdsa-sha256" : "rsa-sha256"
        if !pair.scheme.hasPrefix("rsa") { #expect(throws: CryptoFailure.badKey) { try Signature.sign(other, key: key, words) } }
    }

    @Test("equality does not stop at the first difference, and knows lengths") func equality() {
        #expect(Digest.equal([1, 2, 3], [1, 2, 3]))
        #expect(!Digest.equal([1, 2, 3], [1, 2, 4]))
        #expect(!Digest.equal([1, 2, 3], [1, 2]))
        #expect(Digest.equal([], []))
    }

    @Test("random bytes differ") func random() throws {
        #expect(try Digest.random(32) != Digest.random(32))
        #expect(try Digest.random(0) == [])
    }
}
