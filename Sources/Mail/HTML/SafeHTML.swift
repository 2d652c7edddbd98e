// SPDX-License-Identifier: Apache-2.0

/// HTML that strangers sent, so that it can be shown: written anew from what is allowed, everything else as text or not at all.
///
/// What comes out has only the elements and attributes listed here, each written and quoted by us; nothing that runs, nothing that
/// loads from elsewhere (pictures only as `cid:` of the mail itself), no styles beyond the plainest.
package enum SafeHTML {
    private static let elements: Set<String> = [
        "a", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3",
        "h4", "h5",
        "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody",
        "td", "tfoot",
        "th", "thead", "tr", "u", "ul",
    ]
    private static let alone: Set<String> = ["br", "hr", "img"]
    /// Their content is no text for people.
    private static let hidden: Set<String> = [
        "script", "style", "head", "title", "noscript", "iframe", "object", "embed", "svg", "math", "template", "textarea",
        "select", "xmp",
        "noembed", "noframes", "plaintext", "audio", "video", "canvas", "frameset",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "hr", "pre", "ul", "ol", "dl",
        "dt", "dd",
    ]
    private static let attributes: Set<String> = [
        "align", "colspan", "rowspan", "width", "height", "alt", "title", "color", "dir",
    ]

    package static func cleaned(_ html: String) -> String {
        var out = ""
        var open: [String] = []
        walk(html) { piece in
            switch piece {
            case .text(let text): out += escaped(decoded(text))
            case .start(let name, let given):
                guard elements.contains(name), open.count < 200 else { return }
                out += "<\(name)\(kept(name, given))>"
                if !alone.contains(name) { open.append(name) }
            case .end(let name):
                guard let place = open.lastIndex(of: name) else { return }
                while open.count > place { out += "</\(open.removeLast())>" }
            }
        }
        while let name = open.popLast() { out += "</\(name)>" }
        return out
    }

    /// The words of it, with line ends where blocks end.
    package static func text(of html: String) -> String {
        var out = ""
        walk(html) { piece in
            switch piece {
            case .text(let text):
                let words = decoded(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
                let isApart = text.first?.isWhitespace ?? false
                if isApart, !out.isEmpty, out.last != "\n", out.last != " " { out += " " }
                out += words
                if let last = text.last, last.isWhitespace, !words.isEmpty { out += " " }
            case .start(let name, _): if name == "br" || name == "li" || name == "tr", !out.isEmpty { out += "\n" }
            case .end(let name): if blocks.contains(name), out.last != "\n" { out += "\n" }
            }
        }
        return out.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed }.joined(separator: "\n")
            .trimmed
    }

    // MARK: - Reading

    private enum Piece {
        case text(Substring)
        case start(String, [(name: String, value: String)])
        case end(String)
    }

    private static func walk(_ html: String, _ visit: (Piece) -> Void) {
        var rest = html[...]
        while !rest.isEmpty {
            guard let less = rest.firstIndex(of: "<") else {
                visit(.text(rest))
                return
            }
            if less > rest.startIndex { visit(.text(rest[..<less])) }
            rest = rest[less...]
            if rest.hasPrefix("<!--") {
                rest = rest.dropFirst(4).firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
            } else if rest.hasPrefix("<!") || rest.hasPrefix("<?") {
                rest = rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
            } else if let tag = Tag(&rest) {
                if hidden.contains(tag.name) {
                    if !tag.isEnd { skip(&rest, to: tag.name) }
                } else {
                    visit(tag.isEnd ? .end(tag.name) : .start(tag.name, tag.attributes))
                }
            } else {
                visit(.text(rest.prefix(1)))
                rest.removeFirst()
            }
        }
    }

    /// Behind the end tag of an element that is left out, or to the end.
    private static func skip(_ rest: inout Substring, to name: String) {
        while let less = rest.firstIndex(of: "<") {
            rest = rest[less...]
            if rest.hasPrefix("</"), rest.dropFirst(2).prefix(name.count).lowercased() == name {
                rest = rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
                return
            }
            rest.removeFirst()
        }
        rest = ""
    }

    private struct Tag {
        let name: String
        let isEnd: Bool
        var attributes: [(name: String, value: String)] = []

        init?(_ rest: inout Substring) {
            var view = rest.dropFirst()
            isEnd = view.first == "/"
            if isEnd { view.removeFirst() }
            guard let first = view.first, first.isASCII, first.isLetter else { return nil }
            name = String(view.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }).lowercased()
            view = view.dropFirst(name.count)
            while let next = view.first, next != ">" {
                if next.isWhitespace || next == "/" {
                    view.removeFirst()
                    continue
                }
                let attribute = String(view.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" && $0 != "/" })
                view = view.dropFirst(max(1, attribute.count)).drop(while: \.isWhitespace)
                var value = ""
                if view.first == "=" {
                    view = view.dropFirst().drop(while: \.isWhitespace)
                    if let quote = view.first, quote == "\"" || quote == "'" {
                        value = String(view.dropFirst().prefix { $0 != quote })
                        view = view.dropFirst(min(view.count, value.count + 2))
                    } else {
                        value = String(view.prefix { !$0.isWhitespace && $0 != ">" })
                        view = view.dropFirst(value.count)
                    }
                }
                if attributes.count < 50 { attributes.append((attribute.lowercased(), value)) }
            }
            rest = view.isEmpty ? "" : view.dropFirst()
        }
    }

    // MARK: - Writing

    private static func kept(_ name: String, _ given: [(name: String, value: String)]) -> String {
        var out = ""
        for attribute in given {
            let value = decoded(attribute.value[...])
            switch (name, attribute.name) {
            case ("a", "href"):
                guard let link = link(value) else { continue }
                out += " href=\"\(escaped(link))\" target=\"_blank\" rel=\"noopener noreferrer nofollow\""
            case ("img", "src"):
                guard value.lowercased().hasPrefix("cid:") else { continue }
                out += " src=\"\(escaped(value))\""
            case (_, let plain) where attributes.contains(plain): out += " \(plain)=\"\(escaped(value))\""
            default: continue
            }
        }
        return out
    }

    private static func link(_ value: String) -> String? {
        let clean = value.filter { !$0.isWhitespace && !($0.unicodeScalars.first.map { $0.value < 0x20 } ?? false) }
        let lower = clean.lowercased()
        return ["http://", "https://", "mailto:", "tel:"].contains(where: lower.hasPrefix) ? clean : nil
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "`": out += "&#96;"
            default: if scalar.value >= 0x20 || scalar == "\n" || scalar == "\t" { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }

    private static let entities: [String: String] = [
        "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'", "nbsp": "\u{a0}", "copy": "©", "reg": "®", "hellip": "…",
        "mdash": "—",
        "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "bull": "•", "middot": "·", "euro": "€", "yen": "¥",
        "pound": "£",
        "times": "×", "colon": ":", "tab": "\t", "newline": "\n", "sol": "/", "lpar": "(", "rpar": ")",
    ]

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var out = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            out += rest[..<ampersand]
            rest = rest[rest.index(after: ampersand)...]
            let body = rest.prefix(12).prefix { $0 == "#" || $0.isLetter || $0.isNumber }
            guard !body.isEmpty, let meaning = meaning(String(body)) else {
                out += "&"
                continue
            }
            out += meaning
            rest = rest.dropFirst(body.count)
            if rest.first == ";" { rest.removeFirst() }
        }
        return out + rest
    }

    private static func meaning(_ body: String) -> String? {
        guard body.hasPrefix("#") else { return entities[body] ?? entities[body.lowercased()] }
        let digits = body.dropFirst()
        let number = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(UnicodeScalar.init).map { String($0) }
    }
}
