// SPDX-License-Identifier: Apache-2.0
import Desk

/// Where and how the server listens; the program reads it from `server:` in the configuration.
package struct ServerOptions: Sendable {
    /// Name or address to bind: `127.0.0.1`, `0.0.0.0`, `::`.
    package var host = "127.0.0.1"
    /// 0 takes a free one; `DeskServer.boundPort` tells which.
    package var port = 8080
    /// Nil: plain HTTP, for a desk behind a proxy.
    package var tls: TLSFiles?
    package var limits = ServerLimits()
    /// Origins whose pages may use `/v1/live…`: `https://shop.example`. Empty: any, since the token is what counts there.
    package var origins: [String] = []
    /// Who may read `/metrics`.
    package var metrics = MetricsAccess.automatic
    /// Where counters are kept; the program gives the same one to `MetricsSystem.bootstrap`.
    package var registry = MetricRegistry()
    /// The desk's version, shown in `/openapi.json` and `/healthz`.
    package var version = "0.1.0"
    /// Channels of the configuration, for `GET /v1/channels`: id and plugin, never settings.
    package var channels: [(id: String, plugin: String)] = []

    /// The folder of rules that is checked, tested and activated where a request names no files.
    package var rulesFolder: String?
    /// Where CodeMirror lies, for the rules page.
    package var editorFolder = EditorRoutes.usualFolder
    /// Folders of plugins; what lies under `live/clients/` of them is served as `/clients/…`, the first one that has a file wins.
    package var pluginFolders: [String] = []

    package init() {}
}

/// PEM files of the server's certificate chain and private key; read once, at the start.
package struct TLSFiles: Sendable, Hashable {
    package var certificate: String
    package var key: String
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// Who may read `/metrics`.
package enum MetricsAccess: String, Sendable, Hashable, CaseIterable {
    /// This machine without a token, everybody else with one that may read the desk.
    case automatic
    case open
    case token
}

/// What one client may take of the server. Each has an answer for "too much".
package struct ServerLimits: Sendable, Hashable {
    /// Connections of all kinds; beyond it new ones wait in the kernel's queue.
    package var connections = 20_000
    /// Bytes of a body sent to `/v1` or `/hooks`; more gets 413.
    package var bodyBytes = 1 << 20
    /// Bytes of one attachment.
    package var attachmentBytes = 20 << 20
    /// Bytes of all headers of a request together; more gets 400.
    package var headerBytes = 32 << 10
    /// From accepting a connection to its first whole request head.
    package var headTimeout: Duration = .seconds(10)
    /// From a request's head to the end of its JSON body; more gets 408. Where a route takes more than `bodyBytes`, also as long as 32 KiB
    /// a second take.
    package var bodyTimeout: Duration = .seconds(60)
    /// A connection without a request, or in the middle of a body that does not come.
    package var idleTimeout: Duration = .seconds(75)
    /// From SIGTERM to cutting what has not ended.
    package var shutdownGrace: Duration = .seconds(8)

    /// Live sockets of all clients; beyond it 503.
    package var sockets = 10_000
    /// Live sockets of one address; beyond it 429.
    package var socketsPerAddress = 200
    /// The same for this machine itself: a proxy in front of the desk, or a tool, stands for many clients.
    package var socketsPerLoopback = 5_000
    /// Bytes of one frame and of one message made of several.
    package var frameBytes = 64 << 10
    /// From the upgrade to `hello`.
    package var helloTimeout: Duration = .seconds(10)
    /// Silence after which a socket is pinged; after two pings without an answer it is cut.
    package var pingInterval: Duration = .seconds(30)
    /// How long one write may wait for the reader before the socket is cut; it can resume.
    package var stallTimeout: Duration = .seconds(10)
    /// Events that may wait for one slow reader.
    package var backlog = 1024
    /// Frames a client may send each second, in the long run.
    package var frameRate = 100.0
    /// Frames at once after a quiet time.
    package var frameBurst = 200.0
    /// Frames that wait for their turn; one who waits for acks never gets there, a flood is told `limited`.
    package var window = 128
    /// Frames refused as `limited` before the socket is closed.
    package var strikes = 100
    /// Requests each second and address to make live sessions, which need no token.
    package var sessionRate = 50.0
    package var sessionBurst = 200.0

    package init() {}
}
