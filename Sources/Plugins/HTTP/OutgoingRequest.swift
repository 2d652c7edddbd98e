// SPDX-License-Identifier: Apache-2.0
import Desk

/// An HTTP request as a plugin asks for it.
package struct OutgoingRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8], contentType: String?)
        /// multipart/form-data.
        case form([FormPart])
    }
    /// A field of a form; `media` names an object of the media store.
    package struct FormPart: Sendable {
        package var name: String
        package var text: [UInt8]?
        package var media: String?
        package var fileName: String?
        package var contentType: String?
    }
    package var method: String
    package var address: WebAddress
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// Of the whole exchange, tries included.
    package var timeout: Duration
    /// Further tries after a failure to connect, a lost answer or 502/503/504, with growing pauses.
    package var retries: Int
    /// Store the body as a media object instead of giving it to the plugin: for files, which never enter Lua.
    package var intoMedia: Bool
    package var byteLimit: Int
}

/// What came back.
package struct OutgoingResponse: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var media: MediaObject?

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], media: MediaObject? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.media = media
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why there is no answer.
package struct HTTPFailure: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// The host is not among those of the manifest, or it is a private address.
        case forbidden
        /// No name or no connection: nothing was sent.
        case connect
        /// The connection broke after something was sent: the other side may have acted.
        case network
        case timeout
        /// Larger than allowed.
        case large = "too_large"
        /// The request itself makes no sense.
        case request = "bad_request"
        /// A media object is not there or cannot be stored.
        case media
    }
    package let code: Code
    package let message: String
    package init(_ code: Code, _ message: String) { self.code = code; self.message = message }
}
