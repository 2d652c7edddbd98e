// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One file on its way to the desk, in a URLSession of its own that tells how far it is.
///
/// Only a task with a delegate is told that on Linux.
final class UploadTask: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let exchange = Exchange()
    private let progress: @Sendable (Double) -> Void
    private let byteCount: Int
    /// Used on the session's delegate queue only, which is serial.
    private var data = Data()

    private init(_ byteCount: Int, _ progress: @escaping @Sendable (Double) -> Void) {
        self.byteCount = max(byteCount, 1)
        self.progress = progress
    }

    /// - Parameter progress: called with how much of the body is sent, 0 to 1.
    /// - Returns: the answer, whatever its status. Throws `URLError` if there was none.
    static func run(
        _ request: URLRequest, _ configuration: URLSessionConfiguration,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> (Data, status: Int) {
        let upload = UploadTask(request.httpBody?.count ?? 0, progress)
        let session = URLSession(configuration: configuration, delegate: upload, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                upload.exchange.begin(continuation)
                let task = session.dataTask(with: request)
                task.resume()
                upload.exchange.onCancel { task.cancel() }
            }
        } onCancel: {
            upload.exchange.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
        totalBytesExpectedToSend: Int64
    ) { progress(min(1, Double(totalBytesSent) / Double(byteCount))) }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) { self.data += data }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            exchange.end(.failure(error))
        } else if let status = (task.response as? HTTPURLResponse)?.statusCode {
            exchange.end(.success((data, status)))
        } else {
            exchange.end(.failure(LinkProblem.garbled))
        }
    }
}
