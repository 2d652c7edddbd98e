// SPDX-License-Identifier: Apache-2.0
import Desk

/// `text`: what needs Unicode's rules, which Lua does not know.
enum TextModule {
    static var functions: [ModuleFunction] {
        [
            ModuleFunction("text.split") { args throws(ArgumentError) in
                let text = String(decoding: try args.bytes(0, "the text"), as: UTF8.self)
                let limit = try args.whole(1, "the number of bytes")
                guard limit >= 4 else { throw ArgumentError("a part needs at least 4 bytes") }
                return .value(.array(split(text, limit: limit).map(Value.string)))
            },
            ModuleFunction("text.truncate") { args throws(ArgumentError) in
                let text = String(decoding: try args.bytes(0, "the text"), as: UTF8.self)
                let limit = try args.whole(1, "the number of bytes")
                guard limit >= 4 else { throw ArgumentError("at least 4 bytes") }
                guard text.utf8.count > limit else { return .value(.string(text)) }
                let end = args[2] == nil ? "" : try args.text(2, "the end")
                guard end.utf8.count < limit else { throw ArgumentError("the end is longer than the limit") }
                return .value(.string(prefix(text, limit - end.utf8.count) + end))
            },
            ModuleFunction("text.length") { args throws(ArgumentError) in
                .value(.int(Int64(String(decoding: try args.bytes(0, "the text"), as: UTF8.self).count)))
            },
            ModuleFunction("text.is_utf8") { args throws(ArgumentError) in
                .value(.bool(String(validating: try args.bytes(0, "the text"), as: UTF8.self) != nil))
            },
            ModuleFunction("text.clean") { args throws(ArgumentError) in
                .value(.string(String(decoding: try args.bytes(0, "the text"), as: UTF8.self)))
            },
            ModuleFunction("text.trim") { args throws(ArgumentError) in
                var rest = String(decoding: try args.bytes(0, "the text"), as: UTF8.self)[...]
                while rest.first?.isWhitespace == true { rest.removeFirst() }
                while rest.last?.isWhitespace == true { rest.removeLast() }
                return .value(.string(String(rest)))
            },
        ]
    }

    /// The longest whole characters that fit; a single character that does not fit is cut between its code points.
    static func prefix(_ text: String, _ limit: Int) -> String {
        var end = text.startIndex
        var used = 0
        for index in text.indices {
            let next = text.index(after: index)
            used += text[index..<next].utf8.count
            if used > limit { break }
            end = next
        }
        if end > text.startIndex { return String(text[..<end]) }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard String(scalars).utf8.count + UTF8.width(scalar) <= limit else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
