// SPDX-License-Identifier: Apache-2.0

extension Manual {
    static let log = Chapter(
        title: "The log",
        introduction: """
            Functions and stages may write into the desk's log, with the rule's name beside it; `luadesk rules explain` shows the lines of \
            a decision. A decision has at most 20 lines, a text 500 characters, and there are at most 8 fields of 200, and 6000 characters in all; of one rule the \
            desk's log takes 60 lines a minute. Names of customers, telephone numbers, mailboxes, addresses and long numbers are masked. \
            What a stage has written before its wait is not written again when it goes on.
            """,
        entries: [
            line("debug", "What helps while a rule is written; desks show it only if they are told to."),
            line("info", "What may be of use later."),
            line("warning", "What somebody should look at."),
            line("error", "What is wrong."),
        ])

    private static func line(_ level: String, _ summary: String) -> ManualEntry {
        .call(
            "log", level, "text: string, fields?: table<string, any>", nil, summary, in: [.function, .stage],
            .act(
                """
                log.\(level)("asked in the night", { hour = c.now.hour })
                out:reply "done"
                """, "customer: go\nbot: done"))
    }
}
