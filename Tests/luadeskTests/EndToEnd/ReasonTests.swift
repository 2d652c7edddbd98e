// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Why something is withheld, waits or failed, as the pages say it in Chinese: `Sources/Server/Pages/reasons.js`.
@Suite("Reasons in Chinese")
struct ReasonTests {
    private static let file = "\(LuaDeskProcess.root)/Sources/Server/Pages/reasons.js"

    static let cases: [(english: String, chinese: String)] = [
        ("a picture of 9000 × 9000 points is not shown", "图片为 9000 × 9000 像素，过大，不予显示"),
        ("files.example.com resolves to a private address", "files.example.com 指向内网地址，已拒绝"),
        ("the file cannot be sent here: the message names no file with an address", "该渠道发不了这个文件：消息里没有可用地址的文件"),
        ("window_closed: the time to answer the customer is over", "回复时限已过（已超过可以回复客户的时间）"),
        ("45015 out of time limit; and no notice was allowed: 43101 refuse", "45015 out of time limit；客户也没有订阅通知（43101 refuse）"),
        ("part 2 of 3: there is nothing to send: no text", "第 2 条（共 3 条）：没有该平台能显示的内容"),
        (
            "Replies go to sms: wx takes no more replies until the customer writes again.",
            "回复改走 sms：wx 的回复条数已用完，直到客户再次发来消息。"
        ),
        ("what a platform says: 奇怪 (x)", "what a platform says: 奇怪 (x)"),
    ]

    @Test("what the desk says is said in Chinese, what a platform says stays; English stays English", arguments: [true, false])
    func said(isChinese: Bool) async throws {
        let texts = String(decoding: try JSONEncoder().encode(Self.cases.map(\.english)), as: UTF8.self)
        let module = try Data(contentsOf: URL(fileURLWithPath: Self.file)).base64EncodedString()
        let script = """
            const { reasonIn } = await import("data:text/javascript;base64,\(module)");
            for (const text of \(texts)) console.log(reasonIn("\(isChinese ? "zh-CN" : "en")", text));
            """
        let node = try ChildProcess("/usr/bin/env", ["node", "--input-type=module", "-e", script])
        let exit = try await within(.seconds(60), "node") { try await node.exit() }
        #expect(exit == .init(status: 0), "\(node.output.err)")
        #expect(node.output.out == Self.cases.map { isChinese ? $0.chinese : $0.english })
    }

    /// Each sentence's longest words are looked for, so that one that is said otherwise now is found here.
    @Test("every sentence is one that the desk or a plugin says") func current() throws {
        let text = try String(contentsOfFile: Self.file, encoding: .utf8)
        let sentences = text.matches(of: /\n  \["([^"]+)", "/).map { String($0.1) }
        #expect(sentences.count > 40)
        let said = try ["Sources/Engine", "Sources/Plugins", "Sources/Desk", "Sources/Server", "plugins"].map(Self.sources)
            .joined()
        for sentence in sentences {
            let words = sentence.split(separator: /\{\w+\}/).max { $0.count < $1.count }.map(String.init) ?? ""
            #expect(said.contains(words.trimmingCharacters(in: CharacterSet(charactersIn: " :"))), "\(sentence)")
        }
    }

    /// All Swift and Lua of a folder; a text that is written in two pieces reads as one.
    private static func sources(_ folder: String) throws -> String {
        let root = "\(LuaDeskProcess.root)/\(folder)"
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return try names.filter { ($0.hasSuffix(".swift") || $0.hasSuffix(".lua")) && !$0.contains("/tests/") }.sorted().map {
            try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8).replacing(/"\s*\n\s*\+ "/, with: "")
        }.joined(separator: "\n")
    }
}
