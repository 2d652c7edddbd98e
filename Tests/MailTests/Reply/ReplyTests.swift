// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Mail

@Suite struct ReplyTests {
    @Test("machines get no automatic answer", arguments: MailCase.of("mail.autoreply")) func automatic(_ item: MailCase) {
        let headers = MailHeaders(
            (item.input["headers"]?.array ?? []).map { ($0.array?[0].string ?? "", $0.array?[1].string ?? "") })
        let own = Set((item.input["our_addresses"]?.array ?? []).compactMap(\.string))
        let refusal = AutomaticReply.refusal(headers, envelopeSender: item.input["envelope_from"]?.string, own: own)
        #expect((refusal == nil) == item.expected["may_auto_reply"]?.bool, "\(refusal ?? "")")
    }

    @Test("what was written is told from what was quoted", arguments: MailCase.of("mail.visible_reply"))
    func visible(_ item: MailCase) {
        #expect(VisibleReply.of(item.input["text"]?.string ?? "") == item.expected["visible"]?.string)
    }

    @Test(
        "a reply that is nothing but quotes is shown whole", arguments: ["> only\n> quotes", "On Monday X wrote:\n> a"])
    func onlyQuotes(_ text: String) {
        #expect(!VisibleReply.of(text).isEmpty)
    }
}
