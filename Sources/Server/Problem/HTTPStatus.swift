// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

extension HTTPResponse.Status {
    /// The status with its usual words: made from a bare number it would have none.
    static func known(_ code: Int) -> HTTPResponse.Status {
        usual[code] ?? HTTPResponse.Status(code: code, reasonPhrase: "Status \(code)")
    }

    private static let usual: [Int: HTTPResponse.Status] = {
        let all: [HTTPResponse.Status] = [
            .ok, .created, .accepted, .noContent, .notModified, .temporaryRedirect, .badRequest, .unauthorized, .forbidden,
            .notFound,
            .methodNotAllowed, .notAcceptable, .requestTimeout, .conflict, .contentTooLarge, .unsupportedMediaType,
            .unprocessableContent,
            .upgradeRequired, .tooManyRequests, .internalServerError, .serviceUnavailable,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })
    }()
}
