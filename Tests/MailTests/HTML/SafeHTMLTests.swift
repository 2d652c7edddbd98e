// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Mail

@Suite struct SafeHTMLTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let html: String
        var testDescription: String { html }
    }
    static let attacks = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"jAvA\tscRipt:alert(1)\">x</a>", "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
        "<svg onload=alert(1)></svg>",
        "<scr<script>ipt>alert(1)</script>", "<img src=\"https://track.example/p.gif\">", "<iframe src=https://x></iframe>",
        "<style>@import 'https://x'</style>", "<div style=\"background:url(https://x)\">t</div>",
        "<form action=https://x><input></form>",
        "<base href=https://x>", "<meta http-equiv=refresh content=0>", "<p title='\"><script>alert(1)</script>'>t</p>",
        "<!--><script>alert(1)</script-->", "<a href='https://x' onclick='alert(1)'>y</a>", "<math><mtext></mtext></math>",
        "<img src=\"data:text/html,<script>alert(1)</script>\">", "<xmp><script>alert(1)</script></xmp>",
        "</div></body></html><b>x",
        "<textarea></textarea><script>alert(1)</script>", "<p id=x name=y class=z>t</p>",
        "<a href=\"https://x/?a='><script>alert(1)\">q</a>",
    ].map(Attack.init)

    @Test("nothing that runs or loads comes out", arguments: attacks) func safe(_ attack: Attack) {
        let clean = SafeHTML.cleaned(attack.html).lowercased()
        for tag in ["<script", "<svg", "<iframe", "<style", "<form", "<input", "<base", "<meta", "<math", "<xmp", "<textarea"] {
            #expect(!clean.contains(tag), "\(clean)")
        }
        // What is left of attributes stands in quotes that were escaped: nothing of them opens another one.
        for piece in clean.split(separator: "<") where piece.contains(">") {
            let inside = piece.prefix { $0 != ">" }
            #expect(
                !inside.contains(" on") && !inside.contains("javascript:") && !inside.contains("style=")
                    && !inside.contains("src=\"http"))
            #expect(!inside.contains(" id=") && !inside.contains(" class="))
        }
        #expect(SafeHTML.cleaned(SafeHTML.cleaned(attack.html)).lowercased().contains("<script") == false)
    }

    @Test("what people write stays readable") func kept() {
        let html =
            "<div>Hi <b>Li</b>, see <a href=\"https://shop.example/o?a=1&amp;b=2\">order</a><br><img src=\"cid:logo@x\"></div>"
        #expect(
            SafeHTML.cleaned(html)
                == "<div>Hi <b>Li</b>, see <a href=\"https://shop.example/o?a=1&amp;b=2\" target=\"_blank\" "
                + "rel=\"noopener noreferrer nofollow\">order</a><br><img src=\"cid:logo@x\"></div>")
        #expect(SafeHTML.text(of: "<style>x</style><p>One</p><p>Two&nbsp;&amp; three<br>four</p>") == "One\nTwo & three\nfour")
        #expect(SafeHTML.cleaned("1 < 2 & 3 > 2") == "1 &lt; 2 &amp; 3 &gt; 2")
        #expect(SafeHTML.cleaned("<b>open <i>both") == "<b>open <i>both</i></b>")
    }
}
