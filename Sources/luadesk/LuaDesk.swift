// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The program: `luadesk COMMAND`.
@main
struct LuaDesk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "luadesk",
        abstract: "A customer-service desk whose decisions are Lua that you change while it runs.",
        discussion: """
            Try it:
              luadesk demo                                     a whole desk with sample rules on http://127.0.0.1:8080
              luadesk simulate wechat-miniprogram "我要退货"     act as WeChat towards it

            Run it:
              luadesk init --scene shop --to desk              a starting point: configuration, rules, knowledge, tests
              luadesk config > desk.yaml                       every key of the configuration, explained
              luadesk serve --config desk.yaml --data /var/lib/luadesk
              luadesk token create --data /var/lib/luadesk --role admin --name me

            Change what it decides:
              luadesk rules check && luadesk rules test        before
              luadesk rules activate --data /var/lib/luadesk   switch over, between two messages
              luadesk rules rollback --data /var/lib/luadesk   and back
            """,
        version: DeskVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Serving",
                subcommands: [ServeCommand.self, DemoCommand.self, InitCommand.self, ConfigCommand.self]),
            CommandGroup(name: "Rules and plugins", subcommands: [RulesCommand.self, PluginCommand.self, SimulateCommand.self]),
            CommandGroup(
                name: "Keeping the desk",
                subcommands: [
                    TokenCommand.self, AdminCommand.self, BackupCommand.self, RestoreCommand.self, VerifyCommand.self,
                    BenchCommand.self,
                ]),
        ])
}

/// Which LuaDesk this is.
enum DeskVersion {
    static let text = "0.1.0"
}
