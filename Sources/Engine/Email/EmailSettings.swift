// SPDX-License-Identifier: Apache-2.0
import Desk
import Mail

/// A mailbox as a channel: where its mail comes from, how it goes out, who we are.
struct EmailSettings: Sendable {
    let address: MailAddress
    /// Further addresses that are ours: mail from them is no customer's.
    let own: Set<String>
    let incoming: MailServer
    let outgoing: MailServer
    let folder: String
    let doneFolder: String?
    let byteLimit: Int
    /// Automatic answers to one sender in 24 h, and in one conversation in an hour.
    let automaticLimit: Int64
    let automaticHourlyLimit: Int64
    /// What the files of a mail of ours may take in it together, in bytes as they are sent; larger ones become links.
    let attachmentLimit: Int
    /// How long such a link is good.
    let linkLife: Duration
    let takesOld: Bool
    /// The name of our mail server in Authentication-Results; nil if nobody checks senders for us.
    let authority: String?
    /// Where our mails carry the mark of their conversation.
    enum Mark: String, Sendable { case subject, address, none }
    let mark: Mark

    /// Reads what the configuration has checked.
    init(_ settings: Value) {
        func text(_ name: String) -> String? { settings[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        let mail = text("address") ?? ""
        address = MailAddress(name: text("name") ?? "", address: mail)
        own = Set((settings["own_addresses"]?.array ?? []).compactMap(\.string).map { $0.lowercased() } + [mail.lowercased()])
        func server(_ prefix: String, standard: (tls: Int64, other: Int64)) -> MailServer {
            let protection = text("\(prefix)_tls").flatMap(MailServer.Protection.init(rawValue:)) ?? .tls
            let port = settings["\(prefix)_port"]?.int ?? (protection == .tls ? standard.tls : standard.other)
            return MailServer(
                host: text("\(prefix)_host") ?? "", port: UInt16(clamping: port), protection: protection,
                authorities: text("ca_file"), user: text("\(prefix)_user") ?? text("user") ?? mail,
                secret: text("\(prefix)_password") ?? text("password") ?? "", isToken: settings["oauth2"]?.bool ?? false)
        }
        incoming = server("imap", standard: (993, 143))
        outgoing = server("smtp", standard: (465, 587))
        folder = text("folder") ?? "INBOX"
        doneFolder = text("done_folder")
        byteLimit = Int(settings["limit_mb"]?.int ?? 30) << 20
        automaticLimit = settings["automatic_limit"]?.int ?? 5
        automaticHourlyLimit = settings["automatic_hourly_limit"]?.int ?? 1
        attachmentLimit = Int(max(0, settings["attachment_limit_mb"]?.int ?? 20)) << 20
        linkLife = .seconds(86_400 * max(1, settings["link_days"]?.int ?? 14))
        takesOld = settings["take_old"]?.bool ?? false
        authority = text("authserv_id")
        mark = text("thread_tag").flatMap(Mark.init(rawValue:)) ?? .subject
    }

    /// Whether mail from this address is our own, also where it carries a mark.
    func isOurs(_ address: MailAddress) -> Bool {
        own.contains(address.address) || address.withoutTag.map(own.contains) ?? false
    }
}

extension ChannelConfiguration {
    /// The built-in channel of mailboxes: IMAP in, SMTP out.
    package static let email = "email"
    /// Channels that need sockets of their own and are no plugins.
    var isBuiltIn: Bool { plugin == Self.live || plugin == Self.email }
}
