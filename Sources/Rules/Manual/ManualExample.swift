// SPDX-License-Identifier: Apache-2.0

/// An example of the reference: what it prints, and the files that are run to see that it is true.
package struct ManualExample: Sendable {
    package enum Form: Sendable {
        /// One line of Lua, and what it comes to.
        case line
        /// Lua, and perhaps a talk, each in a block of its own.
        case blocks
    }

    package let form: Form
    /// As the reference prints it.
    package let lua: String
    /// What comes of it, where it is a line.
    package let result: String
    /// What is said around it, as a conversation script; "" without.
    package let talk: String
    /// By path; they lie beside `ManualExample.surroundings`.
    package let files: [String: String]
    /// So many tests and examples pass.
    package let trials: Int
    /// Of an alert: what happens, and what the desk says to it.
    package let story: AlertStory?
    /// Of rules.lua: whether it was read as the result says.
    let settings: (@Sendable (RuleSettings) -> Bool)?
    /// Of rules.lua: one that is refused.
    package let refused: String?

    private init(
        _ form: Form, _ lua: String, result: String = "", talk: String = "", files: [String: String], trials: Int,
        story: AlertStory? = nil, settings: (@Sendable (RuleSettings) -> Bool)? = nil, refused: String? = nil
    ) {
        self.form = form
        self.lua = lua
        self.result = result
        self.talk = talk
        self.files = files
        self.trials = trials
        self.story = story
        self.settings = settings
        self.refused = refused
    }

    /// A condition, with a situation in which it holds and one in which it does not.
    /// - Parameter kind: escalations also look while people have the conversation.
    static func condition(_ lua: String, holds: String, misses: String? = nil, in kind: RuleKind = .reply) -> ManualExample {
        judged("match = \(lua)", lua, holds, misses, kind)
    }

    /// What a function looks at, likewise.
    static func looks(_ lua: String, holds: String, misses: String? = nil, in kind: RuleKind = .reply) -> ManualExample {
        judged("when = function(c) return \(lua) end", lua, holds, misses, kind)
    }

    /// An expression that is true in a function of any rule.
    static func isTrue(_ lua: String) -> ManualExample {
        let judged = judged("when = function() return \(lua) end", lua, "{}", nil, .reply)
        return ManualExample(.line, lua, result: "is true", files: judged.files, trials: 1)
    }

    private static func judged(
        _ field: String, _ shown: String, _ holds: String, _ misses: String?, _ kind: RuleKind
    ) -> ManualExample {
        let file = """
            \(kind.rawValue) "example" {
              \(field),
              \(kind == .reply ? "text" : "tags") = "yes",
              examples = {
                { given = \(holds) },\(misses.map { "\n    { given = \($0), not_matched = true }," } ?? "")
              },
            }
            """
        let result = (holds == "{}" ? "holds" : "holds for `\(holds)`") + (misses.map { "; not for `\($0)`" } ?? "")
        return ManualExample(.line, shown, result: result, files: ["example.lua": file], trials: misses == nil ? 1 : 2)
    }

    /// Rules that carry their own examples.
    static func rules(_ lua: String, trials: Int = 1) -> ManualExample {
        ManualExample(.blocks, lua, files: ["example.lua": lua], trials: trials)
    }

    /// Rules, and a conversation with them.
    static func talk(_ lua: String, _ talk: String, more: [String: String] = [:]) -> ManualExample {
        ManualExample(
            .blocks, lua, talk: talk, files: more.merging(["example.lua": lua, "tests/example.conv": talk]) { $1 }, trials: 1)
    }

    /// What `act` of a reply does to somebody who writes `go`.
    static func act(_ lua: String, _ talk: String) -> ManualExample {
        let file = """
            reply "example" {
              match = keywords "go",
              act = function(c, out)
                \(lua.replacing("\n", with: "\n    "))
              end,
            }
            """
        return body(lua, talk, file, more: "")
    }

    /// What a stage of a flow does with somebody who writes `go`.
    /// - Parameter more: rules beside it.
    static func stage(_ lua: String, _ talk: String, more: String = "") -> ManualExample {
        let file = """
            flow "example" {
              start = keywords "go",
              stages = {
                first = function(chat, s)
                  \(lua.replacing("\n", with: "\n      "))
                end,
              },
            }
            """
        return body(lua, talk, file, more: more)
    }

    private static func body(_ lua: String, _ talk: String, _ file: String, more: String) -> ManualExample {
        var files = ["example.lua": file, "tests/example.conv": talk]
        if !more.isEmpty { files["more.lua"] = more }
        return ManualExample(.blocks, lua, talk: talk, files: files, trials: 1)
    }

    /// The body of a test beside `testedRules`.
    static func test(_ lua: String) -> ManualExample {
        let file = """
            test "example" (function(t)
              \(lua.replacing("\n", with: "\n  "))
            end)
            """
        return ManualExample(.blocks, lua, files: ["desk.lua": testedRules, "tests/example.lua": file], trials: 1)
    }

    /// The body of a property beside `testedRules`.
    static func property(_ lua: String) -> ManualExample {
        let file = """
            property("example", function(g, t)
              \(lua.replacing("\n", with: "\n  "))
            end)
            """
        return ManualExample(.blocks, lua, files: ["desk.lua": testedRules, "tests/example.lua": file], trials: 1)
    }

    /// An alert and what becomes of it.
    static func alert(_ lua: String, _ story: AlertStory) -> ManualExample {
        ManualExample(.blocks, lua, result: story.text, files: ["example.lua": lua], trials: 0, story: story)
    }

    /// rules.lua, and how it is read.
    static func settings(
        _ lua: String, _ result: String, refused: String? = nil, _ isRead: @escaping @Sendable (RuleSettings) -> Bool
    ) -> ManualExample {
        ManualExample(
            .line, lua, result: result + (refused.map { "; refused: `\($0)`" } ?? ""), files: ["rules.lua": lua], trials: 0,
            settings: isRead, refused: refused)
    }

    /// All files of the example's rule set.
    package var source: RuleSource { RuleSource(name: "manual", texts: Self.surroundings.merging(files) { $1 }) }
}

/// What happens on a desk that an alert watches, and what comes of it.
package struct AlertStory: Sendable {
    package enum Occurrence: Sendable, Hashable {
        /// So many conversations begin on a channel.
        case arrivals(Int, channel: String = "live")
        /// So many every hour for four weeks, up to now.
        case usual(Int)
        /// A customer opens a conversation, which the others are about.
        case started
        case botSpoke
        /// The customer writes.
        case asked
        /// A customer enters the queue of a team.
        case queued(team: String, sla: String? = nil)
        /// The one who is queued gets a person's first answer.
        case answered
        /// Another one.
        case replied
        /// Another team takes it, and an agent there.
        case transferred(team: String)
        case resolved, reopened
        /// A team works every day from midnight to this minute after noon.
        case worksUntil(Int, team: String)
        /// The customer rates it with so many stars.
        case rated(Int)
        /// A flow ends and asks for a rating.
        case askedToRate
        /// How likely the customer is to recommend, from 0 to 10.
        case recommended(Int)
        /// The customer asks the bot; with a key of the knowledge or nothing.
        case lookedUp(String?)
        case solvedTicket
        /// An agent comes or goes.
        case signedIn(Bool)
        case undelivered(Int)
        case ticket(category: String)
        /// Functions of a rule fail so often.
        case failures(Int, rule: String)

        var text: String {
            switch self {
            case .arrivals(let count, let channel): "\(count) conversations begin on \(channel)"
            case .usual(let count): "\(count) conversations an hour begin for four weeks"
            case .started: "a conversation begins"
            case .botSpoke: "the bot answers"
            case .asked: "the customer writes"
            case .queued(let team, nil): "a customer enters the queue of \(team)"
            case .queued(let team, let sla?): "a customer enters the queue of \(team) under the SLA \(sla)"
            case .replied: "a person replies"
            case .transferred(let team): "an agent of \(team) takes it over"
            case .resolved: "it is resolved"
            case .reopened: "it is reopened"
            case .rated(let stars): "the customer gives \(stars) stars"
            case .askedToRate: "the customer is asked for a rating"
            case .worksUntil(let minute, let team): "\(team) works until \(minute) minutes after noon"
            case .recommended(let rating): "the customer would recommend with \(rating) of 10"
            case .lookedUp(let key?): "the bot answers from the knowledge: \(key)"
            case .lookedUp(nil): "the bot is asked and finds nothing in the knowledge"
            case .solvedTicket: "the ticket is solved"
            case .signedIn(let isIn): isIn ? "the agent comes online" : "the agent goes offline"
            case .undelivered(let count): "\(count) messages are not delivered"
            case .ticket(let category): "a ticket of the category \(category) is opened"
            case .answered: "the customer is answered"
            case .failures(let count, let rule): "the rule \(rule) fails \(count) times"
            }
        }
    }

    /// By second, in order.
    package let happens: [(second: Int, what: Occurrence)]
    /// The seconds at which the desk looks.
    package let looks: [Int]
    /// `30 s: raised (warning), to team:service`
    package let says: [String]

    init(_ happens: [(Int, Occurrence)], looks: [Int], says: [String]) {
        self.happens = happens.map { (second: $0.0, what: $0.1) }
        self.looks = looks
        self.says = says
    }

    var text: String {
        (happens.map { "\($0.second) s: \($0.what.text)" } + says.map { "→ \($0)" }).joined(separator: "\n")
    }
}
