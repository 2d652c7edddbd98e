// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A thread of its own for an actor: scripts run here, so that a slow one holds up its lane and nobody else, and so that a
/// deadline's signal finds the right thread.
final class LaneThread: SerialExecutor {
    private let jobs = Mutex<(queue: [UnownedJob], isClosed: Bool)>(([], false))
    private let bell = DispatchSemaphore(value: 0)

    /// - Parameter givesWay: other threads go first where the processor is short.
    init(name: String, givesWay: Bool = false) {
        let thread = Thread {
            #if os(Linux)
            // Of the calling thread only: what Linux does, though POSIX says the process.
            if givesWay { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10) }
            #endif
            self.run()
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.queue.append(job) }
        bell.signal()
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Ends the thread once its queue is empty.
    func close() {
        jobs.withLock { $0.isClosed = true }
        bell.signal()
    }

    private func run() {
        while true {
            bell.wait()
            let (batch, isClosed) = jobs.withLock { jobs in
                let batch = jobs.queue
                jobs.queue.removeAll(keepingCapacity: true)
                return (batch, jobs.isClosed)
            }
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if isClosed, batch.isEmpty { return }
        }
    }
}
