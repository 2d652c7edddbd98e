// SPDX-License-Identifier: Apache-2.0
import HummingbirdCore

/// An answer other than a JSON value.
struct RawReply: Sendable {
    let contentType: String
    let body: ResponseBody
}
