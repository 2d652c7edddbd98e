// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Mail

@Suite struct MailboxNameTests {
    @Test("a folder's name goes over the wire and back", arguments: MailCase.of("imap.utf7")) func wire(_ item: MailCase) {
        let name = item.input["mailbox"]?.string ?? ""
        #expect(MailboxName.wire(name) == item.expected["wire"]?.string)
        #expect(MailboxName.name(MailboxName.wire(name)) == name)
    }

    @Test("emoji come back, nonsense does not", arguments: ["😀 done", "&", "a&b", "INBOX/台灣"]) func back(_ name: String) {
        #expect(MailboxName.name(MailboxName.wire(name)) == name)
        #expect(MailboxName.name("&!!-") == nil && MailboxName.name("&abc") == nil)
    }
}
