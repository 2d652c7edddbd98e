// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// Every key of the configuration.
enum DeskSchema {
    static let keys: [ConfigurationKey] = [
        ConfigurationKey("data", .text, "The data folder: database, keys, attachments. Option --data wins."),
        ConfigurationKey(
            "encryption_key", .secret,
            "32 bytes in hex: personal data lie encrypted under it. Default: DATA/desk.key, made at the first start."),
        ConfigurationKey("rules", .text, "The folder of the rules. Default: the one that ships with the program."),
        ConfigurationKey("plugins", .texts, "Folders of plugins. Default: the one that ships with the program."),
        ConfigurationKey("watch", .flag, "true", "Whether saved rules and plugins go live by themselves."),
        ConfigurationKey("lanes", .integer(1...64), "2", "Threads that run rules, and as many that run plugins."),
        server, sessions, channels, webHooks, teams, agents, routing, outbox, decisions, media, log,
    ]

    private static let server = ConfigurationKey(
        "server",
        .section([
            ConfigurationKey("host", .text, "127.0.0.1", "The address to listen at; 0.0.0.0 for all. Option --host wins."),
            ConfigurationKey("port", .integer(0...65535), "8080", "0: any free one, told on the ready line. Option --port wins."),
            ConfigurationKey(
                "public_url", .text,
                "Where the outside reaches the desk: https://desk.example.com. Platforms fetch pictures and files there that agents send."
            ),
            ConfigurationKey("origins", .texts, "Web origins that may use the live endpoints. Default: any."),
            ConfigurationKey(
                "metrics", .choice(["automatic", "open", "token"]), "automatic",
                "Who may read /metrics: automatic = this machine freely, others with a token."),
            ConfigurationKey(
                "tls",
                .section([
                    ConfigurationKey("certificate", .text, "PEM file with the certificate chain."),
                    ConfigurationKey("key", .text, "PEM file with the private key."),
                ]), "TLS by the server itself; without it, put a proxy in front."),
            ConfigurationKey(
                "limits",
                .section([
                    ConfigurationKey("connections", .integer(1...1_000_000), "20000", "Open connections of all kinds."),
                    ConfigurationKey("body", .byteCount, "1MiB", "Longest body of a request; more gets 413."),
                    ConfigurationKey("attachment", .byteCount, "20MiB", "Largest file that a customer or agent can send."),
                    ConfigurationKey("headers", .byteCount, "32KiB", "All headers of a request together; more gets 400."),
                    ConfigurationKey(
                        "body_timeout", .duration, "60s", "From a request's head to the end of its JSON body; more gets 408."),
                    ConfigurationKey("head_timeout", .duration, "10s", "From accepting a connection to its first request head."),
                    ConfigurationKey("idle_timeout", .duration, "75s", "How long a connection may be silent."),
                    ConfigurationKey("shutdown_grace", .duration, "8s", "From SIGTERM to cutting what has not ended."),
                    ConfigurationKey("sockets", .integer(1...1_000_000), "10000", "Live sockets together; beyond it 503."),
                    ConfigurationKey("sockets_per_address", .integer(1...1_000_000), "200", "Of one address; beyond it 429."),
                    ConfigurationKey(
                        "sockets_per_loopback", .integer(1...1_000_000), "5000",
                        "The same for this machine, where a proxy may be."),
                    ConfigurationKey("frame", .byteCount, "64KiB", "Longest message of a live socket."),
                    ConfigurationKey("hello_timeout", .duration, "10s", "From opening a live socket to its hello."),
                    ConfigurationKey(
                        "ping_interval", .duration, "30s", "Silence after which a live socket is pinged; cut after two."),
                    ConfigurationKey("stall_timeout", .duration, "10s", "How long a live socket's reader may keep us waiting."),
                    ConfigurationKey("backlog", .integer(1...1_000_000), "1024", "Events that may wait for one slow reader."),
                    ConfigurationKey("frame_rate", .number(0.1...1_000_000), "100", "Frames a second of one live socket."),
                    ConfigurationKey("frame_burst", .number(1...1_000_000), "200", "Frames at once after a quiet time."),
                    ConfigurationKey(
                        "session_rate", .number(0.1...1_000_000), "50", "New live sessions a second of one address."),
                    ConfigurationKey("session_burst", .number(1...1_000_000), "200", "New live sessions at once."),
                ]), "What one caller may take."),
        ]), "Where the desk listens.")

    private static let sessions = ConfigurationKey(
        "sessions", .section([ConfigurationKey("life", .duration, "30d", "How long a live session's token is good.")]),
        "Live sessions of customers.")

    private static let channels = ConfigurationKey(
        "channels",
        .list([
            ConfigurationKey("id", .text, required: true, "a word of its own, as in /hooks/ID: shop-wechat."),
            ConfigurationKey("plugin", .text, required: true, "live, or a plugin's name: wechat-miniprogram."),
            ConfigurationKey("rate", .number(0.01...1_000_000), "Sends a second of this channel. Default: outbox.rate."),
            ConfigurationKey("burst", .number(1...1_000_000), "Sends at once after a quiet time. Default: outbox.burst."),
            ConfigurationKey(
                "replies",
                .section([
                    ConfigurationKey("merge", .flag, "false", "Texts of the machine, one behind the other, become one message."),
                    ConfigurationKey("keep_for_people", .integer(0...1000), "0", "So many of the quota are for people only."),
                    ConfigurationKey("fallback", .texts, "[]", "Channels that answer instead, where the customer agreed."),
                ]),
                "Where the platform limits replies: merge the machine's texts; keep some for people; other channels to answer on."
            ),
            ConfigurationKey("settings", .settings, "What the plugin's README names; secrets as env:NAME or file:PATH."),
        ]), "How customers reach the desk.")

    private static let webHooks = ConfigurationKey(
        "webhooks",
        .list([
            ConfigurationKey("name", .text, required: true, "a word of its own; what the hook has been told stands under it."),
            ConfigurationKey("url", .text, required: true, "where events are posted: https://crm.example.com/luadesk."),
            ConfigurationKey(
                "secret", .secret, required: true, "signs every request, 16 characters at least; give env:NAME or file:PATH."),
            ConfigurationKey(
                "second_secret", .secret, "signs every request as well, in X-Signature-Second, while the secret changes."),
            ConfigurationKey(
                "batch", .integer(WebHook.batches), "1",
                "events in one POST at most; above 1 as a list: {hook, events: […]}."),
            ConfigurationKey(
                "events", .texts, required: true, "kinds of events, families or all: [message.received, \"ticket.*\"], [\"*\"]."),
        ]), "Other systems that are told what happens: signed POSTs, in order, at least once each. See plugins/README.md.")

    private static let teams = ConfigurationKey(
        "teams",
        .list([
            ConfigurationKey("id", .text, required: true, "the word that rules name it by: after_sales."),
            ConfigurationKey("name", .text, "What people call it. Default: its id."),
            ConfigurationKey("hours", .hours, "When it works. Default: always. See 'luadesk config'."),
            ConfigurationKey(
                "strategy", .choice(["round_robin", "least_loaded", "longest_idle", "sticky"]), "least_loaded",
                "Which free agent gets the next conversation."),
        ]), "Departments. Default: service, after_sales, premium and complaints, which the shipped rules name.")

    private static let agents = ConfigurationKey(
        "agents",
        .list([
            ConfigurationKey("name", .text, required: true, "the person's name; found again by it."),
            ConfigurationKey("role", .choice(["admin", "lead", "agent", "auditor"]), "agent", "What the person may do."),
            ConfigurationKey("teams", .texts, "Ids of teams."),
            ConfigurationKey("skills", .texts, "Words that rules may ask for."),
            ConfigurationKey("capacity", .integer(0...1000), "5", "Conversations at the same time."),
        ]), "People who answer; 'luadesk token create --data DIR --role agent --agent ID' gives one a token.")

    private static let routing = ConfigurationKey(
        "routing",
        .section([
            ConfigurationKey("fallback_team", .text, "service", "Where a conversation goes that no rule routed."),
            ConfigurationKey(
                "country", .choice(PhoneNumber.callingCodes.keys.sorted()), "CN",
                "Where telephone numbers without a calling code belong."),
            ConfigurationKey("reopen_within", .duration, "24h", "A message this long after the end continues the conversation."),
        ]), "What rules do not say.")

    private static let outbox = ConfigurationKey(
        "outbox",
        .section([
            ConfigurationKey("attempts", .integer(1...100), "8", "Tries before a message becomes a dead letter."),
            ConfigurationKey("rate", .number(0.01...1_000_000), "50", "Sends a second and channel."),
            ConfigurationKey("burst", .number(1...1_000_000), "100", "Sends at once after a quiet time."),
            ConfigurationKey(
                "parallel", .integer(1...1000), "8", "Conversations of a channel that are sent to at the same time."),
            ConfigurationKey("rest", .duration, "60s", "How long a misconfigured channel rests before it is tried again."),
        ]), "Messages on their way to platforms.")

    private static let decisions = ConfigurationKey(
        "decisions",
        .section([
            ConfigurationKey(
                "keep", .duration, "90d", "What a decision was made on is kept so long: replay, explain and pins need it."),
            ConfigurationKey(
                "most_events", .integer(1000...1_000_000_000), "20000000", "And only within so many of the latest events."),
        ]), "The log of decisions. What is older stays as an event, without what the rules saw.")

    private static let media = ConfigurationKey(
        "media",
        .section([
            ConfigurationKey(
                "ffmpeg", .text, "auto",
                "Makes voices (AMR, Ogg) and films playable in browsers: auto = the one in PATH, a program's path, or off."),
            ConfigurationKey("parallel", .integer(1...64), "1", "Conversions at the same time."),
        ]), "Attachments. Without ffmpeg, or where it fails, the original is offered.")

    private static let log = ConfigurationKey(
        "log",
        .section([
            ConfigurationKey(
                "level", .choice(["trace", "debug", "info", "notice", "warning", "error"]), "info", "The least that is written."),
            ConfigurationKey("format", .choice(["text", "json"]), "text", "One line for each entry, on stderr."),
        ]), "The log. It holds no personal data.")
}
