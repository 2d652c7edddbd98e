// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static let everywhere: [ManualEntry.Place] = [.loading, .function, .stage, .test]

    static let helpers = Chapter(
        title: "Helpers",
        introduction: "They stand anywhere: beside conditions, in functions, in stages.",
        entries: [
            .call(
                "", "i18n", "key: string, names?: table<string, any>", "string",
                "A text of `i18n/` in the customer's language, with `{names}` filled in; in a declaration it is looked up when it is said.",
                in: everywhere,
                .talk(
                    #"""
                    reply "example" {
                      match = keywords "hi",
                      act = function(c, out) out:reply(i18n("hello", { name = c.customer.name })) end,
                    }
                    """#, "given: name=Lin language=en\ncustomer: hi\nbot: Hello Lin!")),
            .call(
                "", "data", "name: string", "any",
                "What stands in `data/NAME.json` or `data/NAME.csv`; of a table a list of rows.", in: everywhere,
                .rules(
                    #"""
                    reply "example" {
                      match = keywords(data("words").rude), text = "Let us be polite.",
                      examples = { { given = { text = "stupid bot" } }, { given = { text = "clever bot" }, not_matched = true } },
                    }
                    """#, trials: 2)),
            .call(
                "", "fold", "text: string", "string",
                "The text as conditions compare it: small letters, plain width.", in: everywhere,
                .isTrue(#"fold("ＡＧＥＮＴ") == "agent""#)),
            .call(
                "", "seconds", "duration: Duration", "number", "A duration in seconds.", in: everywhere,
                .isTrue(#"seconds("1h30m") == 5400"#)),
            .call(
                "", "require", "name: string", "any", "What a file of `lib/` returns; it runs once.", in: everywhere,
                .talk(
                    #"""
                    local prices = require "lib.prices"

                    reply "example" {
                      match = keywords "cup",
                      text = function() return "It costs " .. prices.of("cup") end,
                    }
                    """#, "customer: how much is the cup\nbot: It costs 12")),
            .value(
                "", "null", "userdata", "A value that stands for nothing in a list or table, as JSON's null does.",
                in: everywhere,
                .isTrue("null ~= nil and #{ null, null } == 2")),
        ])
}
