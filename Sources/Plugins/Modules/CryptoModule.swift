// SPDX-License-Identifier: Apache-2.0
import Desk

/// `crypto`: libcrypto by the algorithm's name. Results are raw bytes unless a form, `"hex"` or `"base64"`, is asked for.
enum CryptoModule {
    static var functions: [ModuleFunction] {
        [
            ModuleFunction("crypto.digest") { args throws(ArgumentError) in
                let (name, data) = (try args.text(0, "the digest's name"), try args.bytes(1, "the data"))
                return try form(run { () throws(CryptoFailure) in try Digest.hash(name, data) }, args, 2)
            },
            ModuleFunction("crypto.hmac") { args throws(ArgumentError) in
                let (name, key) = (try args.text(0, "the digest's name"), try args.bytes(1, "the key"))
                let data = try args.bytes(2, "the data")
                return try form(run { () throws(CryptoFailure) in try Digest.hmac(name, key: key, data) }, args, 3)
            },
            ModuleFunction("crypto.encrypt") { args throws(ArgumentError) in
                let (cipher, fields) = try cipher(args)
                let data = try fields.bytes("data")
                do throws(CryptoFailure) {
                    let sealed = try cipher.encrypt(data)
                    return .values([Value(lua: sealed.data), sealed.tag.isEmpty ? .null : Value(lua: sealed.tag)])
                } catch { return try refuse(error) }
            },
            ModuleFunction("crypto.decrypt") { args throws(ArgumentError) in
                let (cipher, fields) = try cipher(args)
                let data = try fields.bytes("data")
                let tag = fields["tag"] == nil ? [] : try fields.bytes("tag")
                do throws(CryptoFailure) { return .bytes(try cipher.decrypt(data, tag: tag)) } catch { return try refuse(error) }
            },
            ModuleFunction("crypto.sign") { args throws(ArgumentError) in
                let fields = try args.table(0, "the argument", fields: ["scheme", "key", "data", "raw", "form"])
                let (scheme, key, data) = (try fields.text("scheme"), try fields.bytes("key"), try fields.bytes("data"))
                let raw = try fields.flag("raw", default: false)
                let signature: [UInt8]
                do throws(CryptoFailure) {
                    signature = try Signature.sign(scheme, key: key, raw: raw, data)
                } catch { return try refuse(error) }
                return try written(signature, as: fields["form"]?.string)
            },
            ModuleFunction("crypto.verify") { args throws(ArgumentError) in
                let fields = try args.table(0, "the argument", fields: ["scheme", "key", "data", "signature", "raw"])
                let (scheme, key, data) = (try fields.text("scheme"), try fields.bytes("key"), try fields.bytes("data"))
                let (raw, signature) = (try fields.flag("raw", default: false), try fields.bytes("signature"))
                do throws(CryptoFailure) {
                    return .value(.bool(try Signature.verify(scheme, key: key, raw: raw, data, signature: signature)))
                } catch { return try refuse(error) }
            },
            ModuleFunction("crypto.equal") { args throws(ArgumentError) in
                let (a, b) = (try args.bytes(0, "the first string"), try args.bytes(1, "the second string"))
                return .value(.bool(Digest.equal(a, b)))
            },
            ModuleFunction("crypto.random") { args throws(ArgumentError) in
                let count = try args.whole(0, "the number of bytes")
                guard (0...65536).contains(count) else { throw ArgumentError("0 to 65536 bytes") }
                return try form(run { () throws(CryptoFailure) in try Digest.random(count) }, args, 1)
            },
            ModuleFunction("crypto.base64") { args throws(ArgumentError) in
                .value(.string(Base64.encode(try args.bytes(0, "the data"))))
            },
            ModuleFunction("crypto.unbase64") { args throws(ArgumentError) in
                let text = try args.bytes(0, "the text")
                let options = args[1] == nil ? nil : try args.table(1, "the options", fields: ["lenient"])
                let lenient = try options?.flag("lenient", default: false) ?? false
                guard let bytes = Base64.decode(String(decoding: text, as: UTF8.self), lenient: lenient) else {
                    return .nothing("this is no base64", code: "bad_base64")
                }
                return .bytes(bytes)
            },
            ModuleFunction("crypto.hex") { args throws(ArgumentError) in .value(.string(hex(try args.bytes(0, "the data")))) },
            ModuleFunction("crypto.unhex") { args throws(ArgumentError) in
                let text = try args.bytes(0, "the text")
                let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
                guard digits.count == text.count, text.count.isMultiple(of: 2) else {
                    return .nothing("this is no hexadecimal text", code: "bad_hex")
                }
                return .bytes(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
            },
        ]
    }

    private static func cipher(_ args: Arguments) throws(ArgumentError) -> (BlockCipher, Arguments.Fields) {
        let names = ["cipher", "key", "iv", "data", "aad", "tag", "padding"]
        let fields = try args.table(0, "the argument", fields: names)
        let cipher = BlockCipher(
            try fields.text("cipher"), key: try fields.bytes("key"), iv: fields["iv"] == nil ? [] : try fields.bytes("iv"),
            padding: try fields.flag("padding", default: true), aad: fields["aad"] == nil ? [] : try fields.bytes("aad"))
        return (cipher, fields)
    }

    /// An unknown algorithm is the author's error; everything else depends on the data.
    private static func refuse(_ failure: CryptoFailure) throws(ArgumentError) -> Answer {
        if failure == .unknownAlgorithm { throw ArgumentError(failure.message) }
        return .nothing(failure.message, code: failure.rawValue)
    }

    private static func run(_ body: () throws(CryptoFailure) -> [UInt8]) throws(ArgumentError) -> [UInt8] {
        do { return try body() } catch { throw ArgumentError(error.message) }
    }

    private static func form(_ bytes: [UInt8], _ args: Arguments, _ index: Int) throws(ArgumentError) -> Answer {
        try written(bytes, as: args[index] == nil ? nil : try args.text(index, "the form"))
    }

    private static func written(_ bytes: [UInt8], as form: String?) throws(ArgumentError) -> Answer {
        switch form {
        case nil: .bytes(bytes)
        case "hex": .value(.string(hex(bytes)))
        case "base64": .value(.string(Base64.encode(bytes)))
        default: throw ArgumentError("the form must be \"hex\" or \"base64\"")
        }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}
