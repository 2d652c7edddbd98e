// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite struct FileNameTests {
    @Test(
        "a file's name is a name and never a path",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), ("..", nil), ("...", nil), ("/", nil), ("", nil),
            (" a.txt ", "a.txt"), ("nul\u{0}.txt", "nul.txt"), ("a\r\nb", "ab"), ("\u{7f}\u{85}x", "x"),
            ("report\u{202e}gpj.exe", "reportgpj.exe"), ("a\u{2066}b\u{061c}c\u{200f}", "abc"), ("\u{feff}\u{200b}", nil),
            ("截图.png", "截图.png"), ("👩‍👧.png", "👩👧.png"),
            (String(repeating: "a", count: 300), String(repeating: "a", count: 200)),
            (String(repeating: "a", count: 300) + ".docx", String(repeating: "a", count: 195) + ".docx"),
            ("a." + String(repeating: "b", count: 300), "a." + String(repeating: "b", count: 198)),
            (String(repeating: "é", count: 150) + ".png", String(repeating: "é", count: 98) + ".png"),
        ] as [(String, String?)])
    func safe(_ given: String, _ wanted: String?) {
        #expect(FileName.safe(given) == wanted)
        if let wanted { #expect(FileName.safe(wanted) == wanted) }
    }
}
