// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `luadesk rules`: everything an operations team does with a rule set.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check, test, switch, take back and explain rules.",
        discussion: """
            Before:    luadesk rules check            syntax, unknown names, rules that can never match
                       luadesk rules test             the tests beside the rules
                       luadesk rules replay --data DIR   what recorded traffic would come to
            Switch:    luadesk rules activate --data DIR
                       luadesk rules activate --data DIR --canary 10% --for 30m
                       luadesk rules activate --data DIR --shadow
                       luadesk rules status, promote, stop
            After:     luadesk rules history --data DIR
                       luadesk rules diff --data DIR FROM TO
                       luadesk rules rollback --data DIR
                       luadesk rules explain --data DIR MESSAGE
                       luadesk rules pin --data DIR MESSAGE   keeps a decision as a test
            Watch:     luadesk rules top, slow, dead, noisy
            Elsewhere: luadesk rules export --data DIR   the recorded decisions, with personal data masked
            Editors:   luadesk rules meta             completion, luacheck and REFERENCE.md

            A running server also takes saved files by itself, and on SIGHUP. Whatever is wrong with a new set is told with file
            and line, and the old one stays. rules/README.md explains the rules themselves.
            """,
        subcommands: [
            RulesCheckCommand.self, RulesTestCommand.self, RulesActivateCommand.self, RulesHistoryCommand.self,
            RulesStatusCommand.self, RulesPromoteCommand.self, RulesStopCommand.self,
            RulesRollbackCommand.self, RulesExplainCommand.self, RulesPinCommand.self, RulesReplayCommand.self,
            RulesDiffCommand.self, RulesExportCommand.self, RulesTopCommand.self, RulesSlowCommand.self, RulesDeadCommand.self,
            RulesNoisyCommand.self,
            RulesMetaCommand.self,
        ])
}
