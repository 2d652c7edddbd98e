// SPDX-License-Identifier: Apache-2.0

/// Text that its sender's program broke into lines to fit, put together again.
/// - Source: RFC 3676, section 4.
package enum FlowedText {
    /// Joins a line to the next where it ends in a space and both are quoted equally deep. Quotes keep a `>` for each depth.
    /// - Parameter deletesSpace: the space at a line's end is no part of the text, as in Chinese, where no spaces divide words.
    package static func joined(_ text: String, deletesSpace: Bool) -> String {
        var out: [String] = []
        var goesOn: Int?
        for line in text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == ">" }.count
            var words = line.dropFirst(depth)
            // What is stuffed is one space, so that a line may begin with `>` or a space of its own.
            if words.first == " " { words = words.dropFirst() }
            let isSoft = words.last == " " && words != "-- "
            let isSignature = words == "-- " || words == "--"
            if goesOn == depth, !isSignature {
                out[out.count - 1] += words
            } else {
                out.append((depth > 0 ? String(repeating: ">", count: depth) + " " : "") + words)
            }
            if isSoft, deletesSpace { out[out.count - 1].removeLast() }
            goesOn = isSoft ? depth : nil
        }
        return out.joined(separator: "\n")
    }
}
