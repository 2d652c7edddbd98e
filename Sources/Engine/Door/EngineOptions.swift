// SPDX-License-Identifier: Apache-2.0
import Desk
import Plugins

/// What the engine is told at its start; the program reads it from the configuration.
package struct EngineOptions: Sendable {
    package var channels: [ChannelConfiguration] = []
    package var webHooks: [WebHook] = []
    /// Written to the store at start where they are new or changed.
    package var teams: [Team] = []
    package var agents: [AgentSeed] = []
    /// The working tree of `rules/`; nil: only what the store holds.
    package var rulesFolder: String?
    package var pluginFolders: [String] = []
    /// Time and size of what plugins do.
    package var pluginLimits = PluginOptions()
    /// Where nothing routed a conversation.
    package var fallbackTeam = "service"
    /// A message this long after `resolved` continues the conversation; later it begins another.
    package var reopenWithin: Duration = .seconds(24 * 3600)
    /// Where telephone numbers without a calling code belong, as ISO 3166 code.
    package var country = "CN"
    package var outbox = OutboxOptions()
    package var decisions = DecisionOptions()
    /// Threads that run rules, and as many that run plugins.
    package var lanes = 2
    /// Signs the tokens of live sessions; 32 bytes.
    package var secret: [UInt8]
    /// Where encrypted attachments lie.
    package var mediaFolder: String
    package var mediaKey: [UInt8]
    package var media = MediaOptions()
    /// Where the outside reaches the desk, `https://desk.example.com` without a slash at its end; nil: nowhere, so that platforms cannot
    /// fetch files from it.
    package var publicURL: String?
    /// A session token is good for this long after it was made.
    package var sessionLife: Duration = .seconds(30 * 86_400)
    /// Whether `rules/` and `plugins/` are watched for changes.
    package var watchesFiles = true
    /// So many events are recalled before the desk is ready, and five weeks of them beside its work.
    package var recalledAtOnce = 20_000
    package var clock: Clock = Instant.systemNow

    package init(secret: [UInt8], mediaFolder: String, mediaKey: [UInt8]) {
        self.secret = secret
        self.mediaFolder = mediaFolder
        self.mediaKey = mediaKey
    }

    /// An agent as the configuration names one; found again by name.
    package struct AgentSeed: Sendable, Hashable {
        package var name: String
        package var role: Role
        package var teams: [String]
        package var skills: [String]
        package var capacity: Int
        package init(name: String, role: Role = .agent, teams: [String], skills: [String] = [], capacity: Int = 5) {
            self.name = name
            self.role = role
            self.teams = teams
            self.skills = skills
            self.capacity = capacity
        }
    }
}

/// How much of the decision log is kept.
package struct DecisionOptions: Sendable, Hashable {
    /// Decisions older than this forget what they were made on: they can no longer be replayed or explained.
    package var keep: Duration = .seconds(90 * 86_400)
    /// So do those that are not among so many of the journal's latest events.
    package var mostEvents: Int64 = 20_000_000
    package init() {}
}

/// How the outbox tries and gives up.
package struct OutboxOptions: Sendable, Hashable {
    /// Tries before a message becomes a dead letter.
    package var attempts = 8
    package var backoff = Backoff()
    /// Sends per second and channel, and how many at once after a quiet time.
    package var rate = 50.0
    package var burst = 100.0
    /// Conversations of one channel that are sent to at the same time.
    package var parallel = 8
    /// How long a misconfigured channel rests before it is tried again.
    package var rest: Duration = .seconds(60)
    package init() {}
}
