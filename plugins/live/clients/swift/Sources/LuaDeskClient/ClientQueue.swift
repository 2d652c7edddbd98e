// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// The queue that a client runs on: it reads and writes files, and thereby holds nobody else up.
final class ClientQueue: SerialExecutor {
    private let queue = DispatchQueue(label: "luadesk.client")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
