// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Testing

@testable import luadesk

@Suite("A configuration is read from file, environment and options")
struct DeskConfigurationTests {
    private func read(
        _ yaml: String, environment: [String: String] = [:], options: DeskConfiguration.Options = .init(), folder: String = "/srv"
    ) throws -> DeskConfiguration {
        try DeskConfiguration.read(
            yaml: yaml, name: "desk.yaml", folder: folder, options: options, environment: environment,
            plugins: ["wechat-miniprogram": ConfigurationProblemTests.wechat])
    }

    @Test("an empty file is a configuration: every key has its default")
    func defaults() throws {
        let configuration = try read("")
        #expect(configuration.text("server.host") == "127.0.0.1")
        #expect(configuration.number("server.port") == 8080)
        #expect(configuration.duration("routing.reopen_within") == .seconds(86_400))
        #expect(configuration.number("server.limits.body") == 1 << 20)
        #expect(configuration.teams.map(\.id) == ["service", "after_sales", "premium", "complaints"])
    }

    @Test("the printed reference is itself a configuration without problems, and changes nothing")
    func referenceIsValid() throws {
        let reference = try read(ConfigurationReference.text())
        #expect(reference.value == (try read("")).value)
    }

    @Test("options win over the environment, which wins over the file")
    func order() throws {
        let yaml = "server: { port: 1000, host: 10.0.0.1 }\n"
        #expect(try read(yaml).number("server.port") == 1000)
        let environment = ["LUADESK_SERVER_PORT": "2000"]
        #expect(try read(yaml, environment: environment).number("server.port") == 2000)
        #expect(try read(yaml, environment: environment).text("server.host") == "10.0.0.1")
        #expect(try read(yaml, environment: environment, options: .init(port: "3000")).number("server.port") == 3000)
    }

    @Test(
        "every key has its environment variable",
        arguments: [
            ("LUADESK_LOG_LEVEL", "debug", "log.level"), ("LUADESK_SERVER_LIMITS_BODY", "2MiB", "server.limits.body"),
            ("LUADESK_OUTBOX_ATTEMPTS", "3", "outbox.attempts"), ("LUADESK_DATA", "/x", "data"),
            ("LUADESK_WATCH", "false", "watch"),
            ("LUADESK_SERVER_TLS_KEY", "k.pem", "server.tls.key"),
            ("LUADESK_ROUTING_FALLBACK_TEAM", "premium", "routing.fallback_team"),
        ])
    func environment(_ variable: String, _ text: String, _ path: String) throws {
        let base = "server: { tls: { certificate: c.pem, key: other.pem } }\n"
        let before = try read(base).value.at(path)
        let after = try read(base, environment: [variable: text]).value.at(path)
        #expect(after != nil && after != before)
    }

    @Test("an element of a list is found by its id or number")
    func listElements() throws {
        let yaml = """
            channels:
              - { id: shop, plugin: wechat-miniprogram, settings: { app_id: a, app_secret: b } }
              - { id: shop-two, plugin: wechat-miniprogram, settings: { app_id: c } }
            """
        let configuration = try read(
            yaml,
            environment: [
                "LUADESK_CHANNELS_SHOP_TWO_APP_SECRET": "long id", "LUADESK_CHANNELS_SHOP_SETTINGS_MODE": "plain",
                "LUADESK_CHANNELS_1_RETRIES": "7",
            ])
        let settings = configuration.channels.map(\.settings)
        #expect(settings[1]["app_secret"] == "long id")
        #expect(settings[0]["mode"] == "plain")
        #expect(settings[1]["retries"] == 7)
        #expect(settings[0]["app_secret"] == "b")
    }

    @Test("variables that mean nothing are reported and do not stop the start")
    func unknownVariables() throws {
        let configuration = try read(
            "", environment: ["LUADESK_SERVICE_HOST": "10.0.0.1", "LUADESK_SERVER_PROT": "1", "HOME": "/"])
        #expect(configuration.unknownVariables == ["LUADESK_SERVER_PROT", "LUADESK_SERVICE_HOST"])
    }

    @Test("a setting that looks like a number stays the text that was written")
    func textStaysText() throws {
        let yaml = "channels: [{ id: a, plugin: wechat-miniprogram, settings: { app_id: 0123, app_secret: 1e3 } }]\n"
        let settings = try read(yaml).channels[0].settings
        #expect(settings["app_id"] == "0123")
        #expect(settings["app_secret"] == "1e3")
    }

    @Test("secrets come from files beside the configuration and from the environment")
    func secrets() throws {
        let folder = TemporaryFolder()
        try folder.write("from a file\n", to: "secrets/app.txt")
        let yaml =
            "channels: [{ id: a, plugin: wechat-miniprogram, settings: { app_id: env:APP, app_secret: file:secrets/app.txt } }]\n"
        let settings = try read(yaml, environment: ["APP": "from a variable"], folder: folder.path).channels[0].settings
        #expect(settings == ["app_id": "from a variable", "app_secret": "from a file"])
    }

    @Test("opening hours are read as people write them")
    func hours() throws {
        let yaml = """
            teams:
              - id: service
                hours:
                  utc_offset: "+08:00"
                  week: { mon-fri: "09:00-12:00, 13:00-18:00", sat: ["10:00-16:00"], sun: closed }
                  holidays: [2026-10-01]
                  exceptions: { 2026-10-10: "09:00-18:00" }
            """
        let hours = try #require(try read(yaml).teams[0].hours)
        #expect(hours.week[1] == [.init(start: 540, end: 720), .init(start: 780, end: 1080)])
        #expect(hours.week[5] == hours.week[1])
        #expect(hours.week[6] == [.init(start: 600, end: 960)])
        #expect(hours.week[7] == [])
        #expect(hours.offset == .seconds(8 * 3600))
        #expect(hours.holidays.count == 1)
        #expect(hours.exceptions.values.first == [.init(start: 540, end: 1080)])
    }

    @Test("a channel says what is done where its platform limits replies; a variable can say it too")
    func replyPolicy() throws {
        let yaml = """
            channels:
              - { id: web, plugin: live }
              - { id: app, plugin: live, replies: { merge: true, keep_for_people: 2, fallback: [web] } }
            """
        #expect(try read(yaml).channels.map(\.replies) == [.init(), .init(merge: true, keepForPeople: 2, fallback: ["web"])])
        let environment = ["LUADESK_CHANNELS_WEB_REPLIES_KEEP_FOR_PEOPLE": "3"]
        #expect(try read(yaml, environment: environment).channels[0].replies == .init(keepForPeople: 3))
    }

    @Test(
        "a policy that cannot be is refused with its place",
        arguments: [
            ("{ merge: perhaps }", "true or false"), ("{ keep_for_people: -1 }", "0 to 1000"),
            ("{ merg: true }", "Did you mean 'merge'?"),
            ("{ fallback: [wed] }", "Did you mean 'web'?"), ("{ fallback: [app] }", "cannot fall back to itself"),
        ])
    func brokenReplyPolicy(_ replies: String, _ complaint: String) throws {
        let yaml = "channels:\n  - { id: web, plugin: live }\n  - { id: app, plugin: live, replies: \(replies) }\n"
        let rejection = #expect(throws: ConfigurationRejection.self) { try read(yaml) }
        let problem = try #require(rejection?.problems.first)
        #expect("\(problem)".contains(complaint) && "\(problem)".contains("channels[1].replies"), "\(problem)")
    }

    @Test("what the engine is told stands in the file")
    func engineOptions() throws {
        let folder = TemporaryFolder()
        let key = try DeskKey.load(hex: String(repeating: "5a", count: 32), folder: folder.path, creatingIfMissing: false)
        let configuration = try read(
            """
            teams: [{ id: a, name: A, strategy: sticky }]
            agents: [{ name: Li, role: lead, teams: [a], skills: [zh], capacity: 2 }]
            routing: { fallback_team: a, reopen_within: 2h }
            outbox: { attempts: 3, rate: 2.5 }
            sessions: { life: 7d }
            media: { ffmpeg: tools/ffmpeg, parallel: 3 }
            watch: false
            """)
        let options = configuration.engineOptions(key: key, dataFolder: "/d")
        #expect(options.teams == [Team(id: "a", name: "A", strategy: .sticky)])
        #expect(options.agents == [.init(name: "Li", role: .lead, teams: ["a"], skills: ["zh"], capacity: 2)])
        #expect(options.fallbackTeam == "a")
        #expect(options.reopenWithin == .seconds(7200))
        #expect(options.outbox.attempts == 3 && options.outbox.rate == 2.5)
        #expect(options.sessionLife == .seconds(7 * 86_400))
        #expect(!options.watchesFiles)
        #expect(options.mediaFolder == "/d/media")
        #expect(options.media.ffmpeg == "/srv/tools/ffmpeg" && options.media.parallel == 3)
        for off in ["off", "\"off\""] {
            #expect(try read("media: { ffmpeg: \(off) }").engineOptions(key: key, dataFolder: "/d").media.ffmpeg == nil)
        }
        let found = try read("").engineOptions(key: key, dataFolder: "/d").media.ffmpeg
        #expect(found == nil || found?.hasSuffix("/ffmpeg") == true)
        #expect(options.secret.count == 32 && options.secret != options.mediaKey)
    }
}
