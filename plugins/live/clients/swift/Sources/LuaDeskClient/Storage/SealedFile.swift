// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A kept value: one line with the format's name and a sum over what follows, then JSON. A file that was cut or changed
/// is seen as such.
enum SealedFile {
    struct Damage: Error, Hashable {}

    private static let name = "luadesk-client 1 "

    static func seal(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = try encoder.encode(value)
        return Data("\(name)\(sum(body))\n".utf8) + body
    }

    /// Throws `Damage` for whatever is not as it was written.
    static func open<Value: Decodable>(_ data: Data, as type: Value.Type) throws(Damage) -> Value {
        guard let end = data.firstIndex(of: 0x0a) else { throw Damage() }
        let body = Data(data[data.index(after: end)...])
        guard String(decoding: data[..<end], as: UTF8.self) == name + sum(body) else { throw Damage() }
        do { return try JSONDecoder().decode(type, from: body) } catch { throw Damage() }
    }

    /// FNV-1a of 64 bits: against accidents, not against people.
    private static func sum(_ data: Data) -> String {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in data { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(sum, radix: 16)
    }
}
