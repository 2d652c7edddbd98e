// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Mail

/// One case of Vectors/mail.json.
struct MailCase: Sendable, CustomTestStringConvertible {
    let value: Value
    var testDescription: String { value["id"]?.string ?? "" }
    var kind: String { value["kind"]?.string ?? "" }
    var input: Value { value["in"] ?? .null }
    var expected: Value { value["out"] ?? .null }

    /// The message of the case as bytes.
    var raw: [UInt8] { input["raw_b64"]?.string.flatMap { Base64.decode($0) } ?? input["raw"]?.utf8 ?? [] }

    static let all: [MailCase] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/mail.json").path
        guard let data = FileManager.default.contents(atPath: file), let value = try? Value(json: data) else {
            preconditionFailure("\(file) cannot be read")
        }
        return (value["cases"]?.array ?? []).map(MailCase.init)
    }()

    static func of(_ kind: String) -> [MailCase] { all.filter { $0.kind == kind } }
}
