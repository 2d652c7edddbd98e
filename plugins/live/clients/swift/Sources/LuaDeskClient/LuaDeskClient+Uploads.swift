// SPDX-License-Identifier: Apache-2.0
import Foundation

extension LuaDeskClient {
    /// So many times a file that was lost on its way is tried again, while the connection holds.
    private static let uploadTries = 5

    /// Uploads the files of what waits, one after the other, beside the words that are sent meanwhile.
    ///
    /// Throws only what ends the connection: a token that is not taken any more, and cancellation.
    func uploadWaiting(_ session: KeptSession.Session) async throws {
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        uploadBell = bell
        bell.yield()
        for await _ in bells {
            var pauses = Backoff()
            var tries = 0
            while let item = outbox.nextUpload {
                try Task.checkCancellation()
                do {
                    try await upload(item, session)
                    (pauses, tries) = (Backoff(), 0)
                } catch let refusal as Refusal where refusal.isUnauthorized {
                    throw refusal
                } catch let refusal as Refusal where !refusal.isPassing {
                    fail(item, refusal)
                } catch {
                    try Task.checkCancellation()
                    tries += 1
                    if tries < Self.uploadTries {
                        try await Task.sleep(for: pauses.next())
                    } else {
                        fail(item, Refusal(code: "upload", message: "The file could not be uploaded."))
                        (pauses, tries) = (Backoff(), 0)
                    }
                }
            }
            // A file that failed may have held up one behind it.
            self.bell?.yield()
        }
        try Task.checkCancellation()
    }

    /// Uploads one file; its message is ready to be sent then, if it is still there.
    private func upload(_ item: Outbox.Item, _ session: KeptSession.Session) async throws {
        guard let attachment = item.attachment else { return }
        guard let bytes = try onDisk({ try storage.read(attachment.file) }) else {
            throw Refusal(code: "file_missing", message: "The file is not on this device any more.")
        }
        let clientID = item.clientID
        progress(of: clientID, is: 0)
        defer {
            uploading = nil
            if let item = outbox[clientID], item.failure == nil { tell([.message(shown(item))]) }
        }
        let (steps, step) = AsyncStream.makeStream(of: Double.self, bufferingPolicy: .bufferingNewest(1))
        async let telling: Void = tellProgress(steps, of: clientID)
        let result: Result<[String: JSONValue], any Error>
        do {
            result = .success(
                try await door.upload(bytes, name: attachment.name, type: attachment.type, token: session.token) {
                    step.yield($0)
                })
        } catch { result = .failure(error) }
        step.finish()
        await telling
        var fields = try result.get()
        fields["name"] = fields["name"] ?? .string(attachment.name)
        // Discarded meanwhile?
        guard outbox[clientID] != nil else { return }
        outbox.change(clientID) { item in
            item.fields = fields
            item.attachment = nil
        }
        try keep(outbox, as: .outbox)
        forgetAttachment(of: item)
        bell?.yield()
    }

    private func tellProgress(_ steps: AsyncStream<Double>, of clientID: String) async {
        for await part in steps { progress(of: clientID, is: part) }
    }

    private func progress(of clientID: String, is part: Double) {
        uploading = (clientID, part)
        if let item = outbox[clientID] { tell([.message(shown(item))]) }
    }
}
