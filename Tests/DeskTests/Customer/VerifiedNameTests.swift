// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Desk

@Suite struct VerifiedNameTests {
    @Test(
        "a number is one number however it is written",
        arguments: [
            ("13800138000", "CN", "+8613800138000"), ("8613800138000", "CN", "+8613800138000"),
            ("+86 138-0013-8000", "GB", "+8613800138000"), ("0086 138 0013 8000", "CN", "+8613800138000"),
            ("010-62771234", "CN", "+861062771234"), ("020 7946 0018", "GB", "+442079460018"),
            ("(415) 555-0132", "US", "+14155550132"), ("1 415 555 0132", "US", "+14155550132"),
            ("06 12345678", "IT", "+390612345678"), ("61234567", "HK", "+85261234567"),
        ])
    func number(_ text: String, _ country: String, _ expected: String) {
        #expect(PhoneNumber.e164(text, country: country) == expected)
    }

    @Test(
        "what is no number joins nobody",
        arguments: ["", "10086", "anonymous", "+", "138001380x0", "+0123456789", "+1234567890123456", "١٣٨٠٠١٣٨٠٠٠"])
    func noNumber(_ text: String) { #expect(PhoneNumber.e164(text, country: "CN") == nil) }

    @Test("a number without a calling code is none where the country is not known") func noCountry() {
        #expect(PhoneNumber.e164("13800138000", country: "XX") == nil)
        #expect(PhoneNumber.e164("+8613800138000", country: "XX") == "+8613800138000")
    }

    @Test(
        "an address is one address in any case",
        arguments: [(" Lin@Example.COM", "lin@example.com" as String?), ("lin@home", nil), ("@b.c", nil), ("a@b@c.d", nil)])
    func address(_ text: String, _ expected: String?) {
        #expect(VerifiedName.email(text)?.externalID == expected)
    }

    @Test("a user id counts within its own space") func spaces() {
        #expect(VerifiedName.user("1", in: "a") != VerifiedName.user("1", in: "b"))
    }
}
