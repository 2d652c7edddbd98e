// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread that runs one job after another, in order.
///
/// Lua states live on such threads: a state belongs to one thread, its deadline is a timer of that thread, and a script that
/// uses up its time holds up this lane only, never a thread of the concurrency runtime.
///
/// `@unchecked Sendable`: `jobs` and `isStopped` are touched only under `mutex`.
final class LaneThread: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [@Sendable () -> Void] = []
    private var next = 0
    private var isStopped = false
    private let name: String

    init(name: String) {
        self.name = name
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        let keeper = Unmanaged.passRetained(self)
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let failed = pthread_create(
            &thread, nil,
            { context in
                #if canImport(Glibc)
                let lane = Unmanaged<LaneThread>.fromOpaque(context!).takeRetainedValue()
                #else
                let lane = Unmanaged<LaneThread>.fromOpaque(context).takeRetainedValue()
                #endif
                lane.work()
                return nil
            }, keeper.toOpaque())
        precondition(failed == 0, "the system gives no thread for lane \(name)")
        #if canImport(Glibc)
        pthread_detach(thread)
        #else
        if let thread { pthread_detach(thread) }
        #endif
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
    }

    /// Jobs that have not begun.
    var waiting: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return jobs.count - next
    }

    /// - Returns: false after `stop()`; the job is not run then.
    @discardableResult
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopped else { return false }
        jobs.append(job)
        pthread_cond_signal(wake)
        return true
    }

    /// Ends the thread after the jobs that are already waiting.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopped = true
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    private func work() {
        while let job = take() { job() }
    }

    private func take() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while next == jobs.count {
            if isStopped { return nil }
            jobs.removeAll(keepingCapacity: true)
            next = 0
            pthread_cond_wait(wake, mutex)
        }
        let job = jobs[next]
        jobs[next] = {}
        next += 1
        if next == jobs.count { jobs.removeAll(keepingCapacity: true); next = 0 }
        return job
    }
}
