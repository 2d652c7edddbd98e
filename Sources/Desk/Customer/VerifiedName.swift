// SPDX-License-Identifier: Apache-2.0

/// What ties a person's identities together across channels: somebody whom we trust has checked that it is theirs.
///
/// Kept as an identity on a channel of its own that no configured channel can have: `@phone`, `@email`, `@user`; union ids on
/// `union`, as they have always been.
package struct VerifiedName: Sendable, Hashable {
    package let channel: String
    package let externalID: String

    package static func union(_ id: String) -> VerifiedName { VerifiedName(channel: "union", externalID: id) }

    /// - Parameter space: whose user ids these are; the same id in another space is another person's.
    package static func user(_ id: String, in space: String) -> VerifiedName {
        VerifiedName(channel: "@user", externalID: "\(space):\(id)")
    }

    /// - Returns: nil if it is no telephone number; short codes are none.
    package static func phone(_ text: String, country: String) -> VerifiedName? {
        PhoneNumber.e164(text, country: country).map { VerifiedName(channel: "@phone", externalID: $0) }
    }

    /// - Returns: nil if it is no address. Lower case all of it: what is left of the @ may differ in theory, never in practice.
    package static func email(_ text: String) -> VerifiedName? {
        let address = text.lowercased().filter { !$0.isWhitespace }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), address.utf8.count <= 254 else { return nil }
        return VerifiedName(channel: "@email", externalID: address)
    }

    /// Whether an identity's channel is one of these rather than a configured one.
    package static func isName(channel: String) -> Bool { channel == "union" || channel.hasPrefix("@") }
}

/// Telephone numbers in E.164: `+8613800138000`.
package enum PhoneNumber {
    /// Country calling codes of those places whose numbers we read without one, by ISO 3166 code.
    /// - Source: ITU-T E.164, list of assigned country codes.
    package static let callingCodes: [String: String] = [
        "CN": "86", "HK": "852", "MO": "853", "TW": "886", "SG": "65", "MY": "60", "TH": "66", "VN": "84", "ID": "62", "PH": "63",
        "JP": "81", "KR": "82", "IN": "91", "AU": "61", "NZ": "64", "US": "1", "CA": "1", "MX": "52", "BR": "55", "GB": "44",
        "IE": "353", "DE": "49", "AT": "43", "CH": "41", "FR": "33", "BE": "32", "NL": "31", "ES": "34", "PT": "351", "IT": "39",
        "PL": "48", "SE": "46", "NO": "47", "DK": "45", "FI": "358", "RU": "7", "TR": "90", "AE": "971", "ZA": "27",
    ]
    /// There a leading 0 belongs to the number.
    private static let keepsZero: Set<String> = ["IT"]

    /// - Parameter country: where a number without a calling code belongs, as ISO 3166 code; an unknown one reads none of those.
    /// - Returns: nil for what is no number of 8 to 15 digits.
    package static func e164(_ text: String, country: String) -> String? {
        let kept = text.filter { !$0.isWhitespace && !"-().\u{2011}\u{2013}/".contains($0) }
        var digits = kept.hasPrefix("+") ? String(kept.dropFirst()) : kept
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        if !kept.hasPrefix("+") {
            if digits.hasPrefix("00") {
                digits = String(digits.dropFirst(2))
            } else {
                guard let code = callingCodes[country.uppercased()], digits.count >= 7 else { return nil }
                // Chinese mobile numbers are often written with 86 and no plus.
                let isComplete = code == "86" && digits.count == 13 && digits.hasPrefix("861")
                if !isComplete {
                    if digits.hasPrefix("0"), !keepsZero.contains(country.uppercased()) { digits.removeFirst() }
                    if code == "1", digits.count == 11, digits.hasPrefix("1") { digits.removeFirst() }
                    digits = code + digits
                }
            }
        }
        guard (8...15).contains(digits.count), !digits.hasPrefix("0") else { return nil }
        return "+" + digits
    }
}
