// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One customer's line to a LuaDesk, over its live channel.
///
/// What `send(text:option:)` takes is on this device's disk when it returns, goes out in order as soon as the desk can
/// be reached, and arrives exactly once, whatever dies in between. What the desk says comes in order and once; after an
/// absence the client goes on where it was. A client is anonymous until ``identify(_:)``, and lives from ``start()`` to
/// ``stop()``.
///
/// ```swift
/// let desk = LuaDeskClient(server: URL(string: "https://desk.example.com")!, channel: "app")
/// try await desk.identify(ClientIdentity(externalID: user.id, signature: user.deskSignature, name: user.name))
/// try await desk.start()
/// try await desk.send(text: "Where is my parcel?")
/// for await messages in await desk.messages {
///     show(messages)  // All of them, in order, each with its state.
/// }
/// ```
///
/// One storage serves one client at a time: an app and its extension need one each.
public actor LuaDeskClient {
    /// The desk's address, with the path before `/v1` if it has one.
    public nonisolated let server: URL
    /// The id of the live channel in the desk's configuration.
    public nonisolated let channel: String
    let options: Options
    let storage: any ClientStorage
    let door: HTTPDoor
    let makeSocket: @Sendable (HTTPDoor) -> any TextSocket
    private nonisolated let queue = ClientQueue()

    var isLoaded = false
    var kept = KeptSession()
    var outbox = Outbox()
    var transcript = Transcript()

    var connection = ClientConnection.stopped
    var running: Task<Void, Never>?
    /// The try or connection that is under way, and the wait for the next one: ended early by `interrupt`.
    var attempt: Task<Void, any Error>?
    var sleeper: Task<Void, Never>?
    var isHurried = false
    var choice: TransportChoice
    var backoff = Backoff()
    var refusals = 0

    /// The message that is on its way.
    var sending: String?
    /// The one whose file is being uploaded, and how much of that is with the desk, 0 to 1.
    var uploading: (id: String, progress: Double)?
    var uploadBell: AsyncStream<Void>.Continuation?
    /// Whether the app has asked for older messages, which are held from then on, and the seq before which more are to
    /// be had.
    var isReadingBack = false
    var olderCursor: Int64?
    var typing: Bool?
    var bell: AsyncStream<Void>.Continuation?
    /// Writes the transcript a moment later; ends by itself, and tells its error as an update.
    var saving: Task<Void, Never>?

    var watchers: [Int: AsyncStream<ClientUpdate>.Continuation] = [:]
    var readers: [Int: AsyncStream<[ClientMessage]>.Continuation] = [:]
    var nextWatcher = 0
    /// What nobody has heard yet, at most 100.
    var unheard: [ClientUpdate] = []

    /// A client that keeps its files in the usual place, see `FileStorage/init(server:channel:)`.
    public init(server: URL, channel: String, options: Options = Options()) {
        self.init(
            server: server, channel: channel, storage: FileStorage(server: server, channel: channel), options: options)
    }

    /// Nothing is read or sent before the first call.
    public init(server: URL, channel: String, storage: some ClientStorage, options: Options = Options()) {
        self.init(server: server, channel: channel, storage: storage, options: options) { door in
            URLSessionSocket(door.session, door.socketAddress)
        }
    }

    init(
        server: URL, channel: String, storage: some ClientStorage, options: Options,
        makeSocket: @escaping @Sendable (HTTPDoor) -> any TextSocket
    ) {
        self.makeSocket = makeSocket
        self.server = server
        self.channel = channel
        self.storage = storage
        self.options = options
        door = HTTPDoor(server: server)
        choice = TransportChoice(options.transport)
    }

    /// A queue of the client's own, because it works with files.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    // MARK: - Living

    /// Connects, and stays connected until ``stop()``; does nothing if it has been started.
    ///
    /// Returns at once; how it goes is told by `ClientUpdate/connection(_:)`. Throws `ClientError` if what was kept
    /// cannot be read, as on a device that was not unlocked since its start; call it again later.
    public func start() throws {
        try load()
        guard running == nil else { return }
        // Ends with `stop`; tells its errors as updates.
        running = Task { await self.run() }
    }

    /// Disconnects and writes what is still to be written. What waits to be sent is sent after the next ``start()``.
    public func stop() async {
        let ending = running
        ending?.cancel()
        attempt?.cancel()
        sleeper?.cancel()
        await ending?.value
        // Another may have started it again meanwhile.
        if running == ending { running = nil }
        keepTranscript()
    }

    /// Tells the client that the network has come back or changed: it tries at once instead of waiting for its turn.
    public func networkBecameAvailable() {
        backoff.reset()
        interrupt()
    }

    /// Says who the customer is, from now on and after the next start; nil: nobody in particular.
    ///
    /// A new identity is a new customer, with messages of their own: `ClientUpdate/restarted` is told. What waits to be
    /// sent goes out as the new one; only what may have reached the desk already is seen through as the earlier one.
    /// Throws `ClientError` if it cannot be kept.
    public func identify(_ identity: ClientIdentity?) throws {
        try load()
        guard kept.identity != identity else { return }
        let before = kept
        kept.identity = identity
        do { try keep(kept, as: .session) } catch {
            kept = before
            throw error
        }
        interrupt()
    }

    /// Forgets everything on this device, also what was not sent, and goes on as a new anonymous customer: for signing
    /// out.
    public func forget() throws {
        try load()
        for item in outbox.items { forgetAttachment(of: item) }
        (kept, outbox, transcript) = (KeptSession(), Outbox(), Transcript())
        (isReadingBack, olderCursor) = (false, nil)
        interrupt()
        for file in KeptFile.allCases { try onDisk { try storage.remove(file.rawValue) } }
        tell([.restarted])
    }

    // MARK: - Looking

    /// What happens from now on; each reader gets everything. What was told before the first reader came, it gets
    /// first.
    ///
    /// A reader that falls 1024 updates behind loses the oldest; ``currentMessages`` has what it needs then.
    public var updates: AsyncStream<ClientUpdate> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ClientUpdate.self, bufferingPolicy: .bufferingNewest(1024))
        for update in unheard { continuation.yield(update) }
        unheard = []
        nextWatcher += 1
        watchers[nextWatcher] = continuation
        return stream
    }

    /// All messages as they are now, and again whenever something about them has changed: what a view needs.
    ///
    /// In the desk's order, each once; at the end, in the order they were written, those that the desk does not have
    /// yet. A file that was overtaken by what was written after it stays where it stood. A slow reader skips to the
    /// newest.
    public var messages: AsyncStream<[ClientMessage]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [ClientMessage].self, bufferingPolicy: .bufferingNewest(1))
        nextWatcher += 1
        readers[nextWatcher] = continuation
        if (try? load()) != nil { continuation.yield(currentMessages) }
        return stream
    }

    /// All messages as they are now; see ``messages``. Empty before ``start()``.
    public var currentMessages: [ClientMessage] {
        Transcript.shown(transcript.messages, outbox.items.map(shown))
    }

    /// An item as it waits now.
    func shown(_ item: Outbox.Item) -> ClientMessage {
        item.message(
            isSending: item.clientID == sending,
            progress: uploading.flatMap { $0.id == item.clientID ? $0.progress : nil })
    }

    /// How the conversation stands; nil before it has begun.
    public var conversation: ClientConversation? { transcript.conversation }

    /// How the client and the desk are connected.
    public var connectionState: ClientConnection { connection }

    /// Where to load a message's file from: good for some hours; nil if it has none. Asks nobody.
    public nonisolated func fileAddress(of message: ClientMessage) -> URL? {
        message.fields["url"]?.string.flatMap { URL(string: $0, relativeTo: server)?.absoluteURL }
    }

    // MARK: - Telling

    func tell(_ updates: [ClientUpdate]) {
        guard !updates.isEmpty else { return }
        if watchers.isEmpty { unheard = (unheard + updates).suffix(100) }
        var areMessagesChanged = false
        for update in updates {
            for (key, watcher) in watchers {
                if case .terminated = watcher.yield(update) { watchers[key] = nil }
            }
            switch update {
            case .message, .older, .removed, .restarted: areMessagesChanged = true
            default: break
            }
        }
        guard areMessagesChanged, !readers.isEmpty else { return }
        let messages = currentMessages
        for (key, reader) in readers {
            if case .terminated = reader.yield(messages) { readers[key] = nil }
        }
    }
}
