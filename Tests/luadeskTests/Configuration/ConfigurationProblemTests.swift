// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import luadesk

/// A configuration that is wrong, and what its author is told.
struct WrongConfiguration: Sendable, CustomTestStringConvertible {
    var what: String
    var yaml: String
    var environment: [String: String] = [:]
    /// Each must be one of the problems, whole.
    var told: [String]
    var testDescription: String { what }
}

@Suite("What is wrong with a configuration is told with place and hint")
struct ConfigurationProblemTests {
    static let wechat = [
        PluginSetting(name: "app_id", isRequired: true), PluginSetting(name: "app_secret", isSecret: true, isRequired: true),
        PluginSetting(name: "mode", choices: ["plain", "compatible", "secure"]), PluginSetting(name: "retries", kind: .integer),
    ]

    static func read(_ yaml: String, environment: [String: String] = [:]) throws(ConfigurationRejection) -> DeskConfiguration {
        try DeskConfiguration.read(
            yaml: yaml, name: "desk.yaml", folder: "/nowhere", environment: environment, plugins: ["wechat-miniprogram": wechat])
    }

    static let cases = [
        WrongConfiguration(
            what: "a misspelt key", yaml: "server:\n  prot: 80\n",
            told: ["desk.yaml:2:3: server.prot: unknown key. Did you mean 'port'?"]),
        WrongConfiguration(
            what: "a misspelt section", yaml: "sever:\n  port: 80\n",
            told: ["desk.yaml:1:1: sever: unknown key. Did you mean 'server'?"]),
        WrongConfiguration(
            what: "a key like no other", yaml: "log: { zzzzzzzz: 1 }\n",
            told: ["desk.yaml:1:8: log.zzzzzzzz: unknown key. Possible here: level, format."]),
        WrongConfiguration(
            what: "a word for a number", yaml: "server:\n  port: http\n",
            told: ["desk.yaml:2:9: server.port: should be a whole number from 0 to 65535, not 'http'"]),
        WrongConfiguration(
            what: "a port that no machine has", yaml: "server: { port: 65536 }\n",
            told: ["desk.yaml:1:17: server.port: should be a whole number from 0 to 65535, not '65536'"]),
        WrongConfiguration(
            what: "a number without unit for a duration", yaml: "routing: { reopen_within: 24 }\n",
            told: ["desk.yaml:1:27: routing.reopen_within: should be a duration like 30s, 10m or 24h, not '24'"]),
        WrongConfiguration(
            what: "a size that is none", yaml: "server: { limits: { body: 1 meg } }\n",
            told: ["desk.yaml:1:27: server.limits.body: should be a size like 64KiB or 1MiB, not '1 meg'"]),
        WrongConfiguration(
            what: "a flag that is none", yaml: "watch: sometimes\n",
            told: ["desk.yaml:1:8: watch: should be true or false, not 'sometimes'"]),
        WrongConfiguration(
            what: "a choice that is none", yaml: "log: { format: xml }\n",
            told: ["desk.yaml:1:16: log.format: should be one of text, json, not 'xml'"]),
        WrongConfiguration(
            what: "a list for a text", yaml: "server: { host: [a, b] }\n",
            told: ["desk.yaml:1:17: server.host: should be text, not a list or section"]),
        WrongConfiguration(
            what: "a text for a section", yaml: "server: here\n",
            told: [
                "desk.yaml:1:9: server: should be a section with keys (host, port, public_url, origins, metrics, tls, limits)"
            ]),
        WrongConfiguration(
            what: "a section for a list", yaml: "channels: { id: web }\n",
            told: ["desk.yaml:1:11: channels: should be a list: each element begins with '- '"]),
        WrongConfiguration(
            what: "a channel without id", yaml: "channels:\n  - plugin: live\n",
            told: ["desk.yaml:2:5: channels[0].id: missing. Set it: a word of its own, as in /hooks/ID: shop-wechat."]),
        WrongConfiguration(
            what: "a plugin that is not there", yaml: "channels:\n  - { id: a, plugin: wechat-miniprogam }\n",
            told: [
                "desk.yaml:2:22: channels[0].plugin: there is no plugin 'wechat-miniprogam'. Did you mean 'wechat-miniprogram'?"
            ]),
        WrongConfiguration(
            what: "a web hook that cannot work",
            yaml: "webhooks:\n  - { name: my crm, url: crm, secret: short, events: [message.recieved] }\n",
            told: [
                "desk.yaml:2:13: webhooks[0].name: should be a word of letters, digits, '-', '_' and '.', at most 64",
                "desk.yaml:2:26: webhooks[0].url: should be an address: https://crm.example.com/luadesk",
                "desk.yaml:2:39: webhooks[0].secret: should have 16 characters at least: openssl rand -hex 32 makes one",
                "desk.yaml:2:54: webhooks[0].events: there is no event 'message.recieved'. Did you mean 'message.received'?",
            ]),
        WrongConfiguration(
            what: "a second secret of a web hook that is too short",
            yaml:
                "webhooks:\n  - { name: crm, url: \"http://crm\", secret: 0123456789abcdef, second_secret: short, events: [\"*\"] }\n",
            told: [
                "desk.yaml:2:78: webhooks[0].second_secret: should have 16 characters at least: openssl rand -hex 32 makes one"
            ]),
        WrongConfiguration(
            what: "a web hook without events",
            yaml: "webhooks:\n  - { name: crm, url: \"http://crm\", secret: 0123456789abcdef, events: [] }\n",
            told: ["desk.yaml:2:71: webhooks[0].events: names no event. Name kinds, or [\"*\"] for all"]),
        WrongConfiguration(
            what: "a missing secret",
            yaml: "channels:\n  - id: a\n    plugin: wechat-miniprogram\n    settings:\n      app_id: x\n",
            told: ["desk.yaml:5:7: channels[0].settings.app_secret: missing. Set it, or give env:NAME or file:PATH."]),
        WrongConfiguration(
            what: "a misspelt setting and a wrong choice",
            yaml: "channels:\n  - { id: a, plugin: wechat-miniprogram, settings: { app_id: x, app_secrt: y, mode: secur } }\n",
            told: [
                "desk.yaml:2:65: channels[0].settings.app_secrt: unknown setting of wechat-miniprogram. Did you mean 'app_secret'?",
                "desk.yaml:2:85: channels[0].settings.mode: should be one of plain, compatible, secure, not 'secur'",
            ]),
        WrongConfiguration(
            what: "a secret from a variable that is not set",
            yaml: "channels:\n  - { id: a, plugin: wechat-miniprogram, settings: { app_id: x, app_secret: env:NOT_SET } }\n",
            told: [
                "desk.yaml:2:77: channels[0].settings.app_secret: environment variable NOT_SET is not set. Set it, or write the value here."
            ]),
        WrongConfiguration(
            what: "a secret from a file that is not there",
            yaml: "channels:\n  - { id: a, plugin: wechat-miniprogram, settings: { app_id: x, app_secret: file:s.txt } }\n",
            told: [
                "desk.yaml:2:77: channels[0].settings.app_secret: cannot read the file /nowhere/s.txt. Create it, and let this user read it."
            ]),
        WrongConfiguration(
            what: "an unknown setting of live", yaml: "channels: [{ id: web, plugin: live, settings: { secret: x } }]\n",
            told: [
                "desk.yaml:1:49: channels[0].settings.secret: unknown setting of live. Possible here: identity_secret, trust_identity, origins, faq."
            ]),
        WrongConfiguration(
            what: "two channels of one id", yaml: "channels: [{ id: web, plugin: live }, { id: web, plugin: live }]\n",
            told: ["desk.yaml:1:45: channels[1].id: 'web' stands twice. Give each its own."]),
        WrongConfiguration(
            what: "an id that is no word", yaml: "channels: [{ id: 'a b/c', plugin: live }]\n",
            told: ["desk.yaml:1:18: channels[0].id: should be a word of letters, digits, '-', '_' and '.', at most 64"]),
        WrongConfiguration(
            what: "an agent in a team that is not there",
            yaml: "teams: [{ id: service }]\nagents: [{ name: Li, teams: [servce] }]\n",
            told: ["desk.yaml:2:30: agents[0].teams: there is no team 'servce'. Did you mean 'service'?"]),
        WrongConfiguration(
            what: "a fallback team that is not there", yaml: "teams: [{ id: service }]\nrouting: { fallback_team: servise }\n",
            told: ["desk.yaml:2:27: routing.fallback_team: there is no team 'servise'. Did you mean 'service'?"]),
        WrongConfiguration(
            what: "hours backwards", yaml: "teams:\n  - { id: a, hours: { week: { mon: \"18:00-09:00\" } } }\n",
            told: [
                "desk.yaml:2:36: teams[0].hours.week.mon: should be times like \"09:00-18:00\", from earlier to later within a day, not '18:00-09:00'"
            ]),
        WrongConfiguration(
            what: "a day that is none", yaml: "teams:\n  - { id: a, hours: { holidays: [2026-02-30] } }\n",
            told: ["desk.yaml:2:34: teams[0].hours.holidays: should be a day like 2026-10-01, not '2026-02-30'"]),
        WrongConfiguration(
            what: "half a certificate", yaml: "server:\n  tls: { certificate: a.pem }\n",
            told: ["desk.yaml:2:8: server.tls: needs both certificate and key. Set both, or neither."]),
        WrongConfiguration(
            what: "a public address without https", yaml: "server: { public_url: desk.example.com }\n",
            told: [
                "desk.yaml:1:23: server.public_url: should be https:// and a host, without path or query, as the outside writes it: https://desk.example.com"
            ]),
        WrongConfiguration(
            what: "a public address with a path", yaml: "server: { public_url: \"https://a.example/desk\" }\n",
            told: [
                "desk.yaml:1:23: server.public_url: should be https:// and a host, without path or query, as the outside writes it: https://desk.example.com"
            ]),
        WrongConfiguration(
            what: "a key of the wrong length", yaml: "encryption_key: abcd\n",
            told: ["desk.yaml:1:17: encryption_key: should be 64 hex digits (32 bytes): openssl rand -hex 32 makes one"]),
        WrongConfiguration(
            what: "YAML that is none", yaml: "server:\n  port: 1\n   host: x\n",
            told: ["desk.yaml:3:8: is no valid YAML: mapping values are not allowed in this context"]),
        WrongConfiguration(
            what: "a key that stands twice", yaml: "server: { port: 1 }\nserver: {}\n",
            told: ["desk.yaml:1:1: the same key stands twice: server"]),
        WrongConfiguration(
            what: "an environment variable of the wrong type", yaml: "{}\n", environment: ["LUADESK_SERVER_PORT": "eighty"],
            told: [
                "environment variable LUADESK_SERVER_PORT: server.port: should be a whole number from 0 to 65535, not 'eighty'"
            ]),
    ]

    @Test("each mistake is named with line, column and what to do", arguments: cases)
    func names(_ wrong: WrongConfiguration) {
        let rejection = #expect(throws: ConfigurationRejection.self) {
            _ = try Self.read(wrong.yaml, environment: wrong.environment)
        }
        let problems = rejection?.problems.map(\.description) ?? []
        for told in wrong.told { #expect(problems.contains(told), "\(problems)") }
    }

    @Test("all mistakes are told at once, in the order of the file")
    func tellsAll() {
        let rejection = #expect(throws: ConfigurationRejection.self) {
            _ = try Self.read("watch: maybe\nserver:\n  port: x\n  prot: 1\nlog: { level: loud }\n")
        }
        let lines = rejection?.problems.map { problem -> Int in
            if case .file(_, let line, _) = problem.origin { line } else { 0 }
        }
        #expect(lines == [1, 3, 4, 5])
    }

    @Test("a secret is never repeated in a message")
    func hidesSecrets() {
        let rejection = #expect(throws: ConfigurationRejection.self) {
            _ = try Self.read("encryption_key: hunter2\n")
        }
        #expect(rejection?.description.contains("hunter2") == false)
    }
}
