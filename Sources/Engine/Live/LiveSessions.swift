// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation

/// A customer's session on a live channel.
package struct LiveSession: Sendable, Hashable {
    /// What the client shows us; ours to sign and to check, of no meaning to it.
    package let token: String
    package let channel: String
    /// For whom the token was made.
    package let owner: ID<Customer>
    /// Who that is now: another, after a merge.
    package private(set) var customer: ID<Customer>
    /// All whom this customer has been.
    package private(set) var names: Set<ID<Customer>>
    package let conversation: ID<Conversation>

    init(token: String, channel: String, owner: ID<Customer>, conversation: ID<Conversation>) {
        self.token = token
        self.channel = channel
        self.owner = owner
        customer = owner
        names = [owner]
        self.conversation = conversation
    }

    func answered(by customer: ID<Customer>, merged: [ID<Customer>]) -> LiveSession {
        var session = self
        session.customer = customer
        session.names = Set(merged).union([customer])
        return session
    }

    /// What a socket of this session listens to.
    package var audience: Audience { .listener(Listener(owner: owner, customer: customer, names: names)) }
}

/// Makes and checks session tokens: `ls1.CHANNEL.CUSTOMER.CONVERSATION.SECONDS.MAC`, HMAC-SHA256 over all before the last point.
struct LiveSessions: Sendable {
    private let key: SymmetricKey
    private let life: Duration

    init(secret: [UInt8], life: Duration) {
        key = SymmetricKey(data: secret)
        self.life = life
    }

    func make(channel: String, customer: ID<Customer>, conversation: ID<Conversation>, at now: Instant) -> LiveSession {
        let name = Base64.encode(Array(channel.utf8)).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let body = "ls1.\(name).\(customer).\(conversation).\(now.milliseconds / 1000)"
        return LiveSession(token: "\(body).\(mac(body))", channel: channel, owner: customer, conversation: conversation)
    }

    /// Throws `.unauthorized` for whatever is wrong with it, without saying what.
    func check(_ token: String, at now: Instant) throws(DeskError) -> LiveSession {
        let refusal = DeskError(.unauthorized, "The session token is not valid any more; ask for a new session.")
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "ls1", let dot = token.lastIndex(of: "."),
            let given = Base64.decode(Self.standard(parts[5]), lenient: true),
            HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Array(token[..<dot].utf8), using: key),
            let name = Base64.decode(Self.standard(parts[1]), lenient: true),
            let customer = ID<Customer>(text: parts[2]), let conversation = ID<Conversation>(text: parts[3]),
            let made = Int64(parts[4])
        else { throw refusal }
        let age = now - Instant(seconds: made)
        guard (age < life) && (age > .seconds(-300)) else { throw refusal }
        return LiveSession(
            token: token, channel: String(decoding: name, as: UTF8.self), owner: customer, conversation: conversation)
    }

    private func mac(_ body: String) -> String {
        Base64.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)))
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func standard(_ text: some StringProtocol) -> String {
        String(text).replacing("-", with: "+").replacing("_", with: "/")
    }
}
