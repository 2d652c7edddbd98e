// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a client keeps, each in a file of its own so that damage to one leaves the others.
enum KeptFile: String, CaseIterable {
    case session = "session.json"
    case outbox = "outbox.json"
    case transcript = "transcript.json"
}

extension LuaDeskClient {
    /// Reads what was kept, once. Damaged files are kept aside and told. Throws `ClientError` if something cannot be
    /// read now.
    func load() throws {
        guard !isLoaded else { return }
        let session = try read(.session, else: KeptSession())
        var transcript = try read(.transcript, else: Transcript())
        var outbox = try read(.outbox, else: Outbox())
        if transcript.customerID != session.session?.customerID {
            transcript = Transcript()
            transcript.customerID = session.session?.customerID
        }
        // Confirmed, but the process ended before the outbox was written.
        for item in outbox.items where transcript.has(item.clientID) { outbox.remove(item.clientID) }
        (kept, self.transcript, self.outbox, isLoaded) = (session, transcript, outbox, true)
    }

    private func read<Value: Decodable & Sendable>(_ file: KeptFile, else empty: Value) throws -> Value {
        try onDisk {
            guard let data = try storage.read(file.rawValue) else { return empty }
            do { return try SealedFile.open(data, as: Value.self) } catch {
                tell([.damaged(file: file.rawValue, keptAs: try storage.setAside(file.rawValue))])
                return empty
            }
        }
    }

    func keep(_ value: some Encodable, as file: KeptFile) throws {
        try onDisk { try storage.write(try SealedFile.seal(value), as: file.rawValue) }
    }

    /// Writes the outbox; if that fails, goes back to what it was and throws.
    func keepOutbox(or before: Outbox) throws {
        do { try keep(outbox, as: .outbox) } catch {
            outbox = before
            throw error
        }
    }

    /// Writes what has changed by itself, not at the app's wish: a failure is told, and harmless until the process
    /// ends.
    func keepQuietly(_ value: some Encodable, as file: KeptFile) {
        do { try keep(value, as: file) } catch { tell([.unkept(reason: "\(error)")]) }
    }

    func keepTranscript() {
        guard let saving else { return }
        saving.cancel()
        self.saving = nil
        keepQuietly(transcript.newest(options.keptMessages), as: .transcript)
    }

    /// In a moment, together with what comes until then: what is lost with the process comes again from the desk.
    func keepTranscriptSoon() {
        guard saving == nil else { return }
        saving = Task {
            guard (try? await Task.sleep(for: .milliseconds(300))) != nil else { return }
            self.keepTranscript()
        }
    }

    /// So many messages are held: those that are kept, or all, once the app has asked for older ones.
    var heldMessages: Int { isReadingBack ? .max : options.keptMessages }

    func forgetAttachment(of item: Outbox.Item) {
        guard let file = item.attachment?.file else { return }
        // One too many on the disk does no harm.
        try? storage.remove(file)
    }

    /// The storage's errors, as the door's.
    func onDisk<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            throw ClientError(
                .storage, "This device cannot read or write what the chat keeps: \(error.localizedDescription)")
        }
    }
}
