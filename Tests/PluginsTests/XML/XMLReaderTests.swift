// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

@Suite struct XMLReaderTests {
    private func content(_ text: String) throws -> Value { try XMLReader.parse(Array(text.utf8)).content }

    @Test(
        "what platforms write is read",
        arguments: [
            ("<a/>", ""), ("<a></a>", ""), ("<a> x </a>", "x"), ("<a><![CDATA[ x ]]></a>", " x "),
            ("<a> <![CDATA[x]]> </a>", "x"),
            ("<a><![CDATA[a]]]]><![CDATA[>b]]></a>", "a]]>b"), ("<a>&lt;&gt;&amp;&quot;&apos;&#x1F600;&#65;</a>", "<>&\"'😀A"),
            ("\u{feff}<?xml version=\"1.0\"?>\n<!-- c --><a>x<!-- y -->z</a>\n<!-- end -->", "xz"),
            ("<a b='1' c=\"&amp;\">x</a>", "x"),
            ("<a\n>\r\nx\r\n</a\n>", "x"), ("<名 字='x'>好</名>", "好"), ("<a>x<![CDATA[ y ]]>z</a>", "x y z"),
        ])
    func leaves(_ text: String, _ expected: String) throws {
        #expect(try content(text) == .string(expected))
    }

    @Test("children are named; repeated ones are a list") func children() throws {
        #expect(
            try content("<x><a>1</a><b><c>2</c></b><a>3</a><d/></x>")
                == ["a": ["1", "3"], "b": ["c": "2"], "d": ""])
    }

    @Test(
        "what is not well formed, or could do harm, is refused",
        arguments: [
            ("", XMLFailure.Code.malformed), ("   ", .malformed), ("x", .malformed), ("<a>", .malformed), ("<a></b>", .malformed),
            ("<a></a><b></b>", .malformed), ("<a></a>x", .malformed), ("<a", .malformed), ("<a b></a>", .malformed),
            ("<a b=c></a>", .malformed),
            ("<a b='1' b='2'/>", .malformed), ("<a b='1'c='2'/>", .malformed), ("<a><![CDATA[x</a>", .malformed),
            ("<a><!-- x</a>", .malformed),
            ("<a><!-- a -- b --></a>", .malformed), ("<a>&#0;</a>", .malformed), ("<a>&#xD800;</a>", .malformed),
            ("<a>&#x110000;</a>", .malformed),
            ("<a>&#+65;</a>", .malformed), ("<a>& b</a>", .malformed), ("<a>]]></a>", .malformed), ("<1a/>", .malformed),
            ("<a/ >", .malformed),
            ("</a>", .malformed), ("<a>\u{1}</a>", .malformed), ("<a>\u{fffe}</a>", .malformed),
            ("<a><![cdata[x]]></a>", .forbidden),
            ("<!DOCTYPE a><a/>", .forbidden), ("<!doctype a><a/>", .forbidden), ("<a><!ENTITY x 'y'></a>", .forbidden),
            ("<a>&x;</a>", .forbidden),
            ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", .forbidden), ("<a><!ELEMENT b></a>", .forbidden),
            ("<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><l>&b;</l>", .forbidden),
        ])
    func refused(_ text: String, _ code: XMLFailure.Code) throws {
        let failure = #expect(throws: XMLFailure.self) { try content(text) }
        #expect(failure?.code == code)
    }

    @Test("depth, size and number of elements are limited") func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(throws: Never.self) { try content(nested(20)) }
        #expect(throws: XMLFailure.self) { try content(nested(21)) }
        #expect(throws: XMLFailure.self) { try content(nested(10_000)) }
        #expect(throws: XMLFailure.self) { try content("<a>" + String(repeating: "<b/>", count: 20_001) + "</a>") }
        let large = "<a>" + String(repeating: "x", count: 10 << 20) + "</a>"
        #expect(throws: XMLFailure.self) { try content(large) }
        #expect(throws: XMLFailure.self) { try XMLReader.parse([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]) }
    }

    @Test("no prefix of a document and no changed byte crashes the reader") func broken() throws {
        let document = Array(
            "\u{feff}<?xml version='1.0'?><x a='1'><b>&#65;<![CDATA[]]]]><![CDATA[>]]></b><!-- c --><d/></x>".utf8)
        _ = try XMLReader.parse(document)
        var refused = 0
        for index in document.indices {
            if (try? XMLReader.parse(Array(document[..<index]))) == nil { refused += 1 }
            for byte in [UInt8(0), 0x3c, 0x3e, 0x26, 0x5d, 0xff] {
                var changed = document
                changed[index] = byte
                _ = try? XMLReader.parse(changed)
            }
        }
        #expect(refused == document.count)
    }

    @Test(
        "what is written is read back",
        arguments: [
            "x", "", "]]>", "]]]]>>", "a]]>b]]>c", "<&>", " spaces ", "😀\n\t", "]]>\u{301}",
        ])
    func roundTrip(_ text: String) throws {
        let written = try #require(XMLWriter.write(root: "r", ["a": .string(text), "n": 7, "l": ["1", "2"]]))
        #expect(try content(written) == ["a": .string(text), "n": "7", "l": ["1", "2"]])
    }

    @Test("characters XML does not know are left out, bad names refused") func writing() {
        #expect(XMLWriter.write(root: "r", "a\u{0}b\u{8}c\u{ffff}") == "<r><![CDATA[abc]]></r>")
        #expect(XMLWriter.write(root: "a b", "x") == nil)
        #expect(XMLWriter.write(root: "r", ["<": "x"]) == nil)
        #expect(
            XMLWriter.write(root: "r", [["name": "b", "value": 2], ["name": "a", "value": 1]]) == "<r><b>2</b><a>1</a></r>")
    }
}
