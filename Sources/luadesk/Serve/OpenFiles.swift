// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How many files and sockets this process may have open.
enum OpenFiles {
    #if os(Linux)
    private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let kind = RLIMIT_NOFILE
    #endif

    /// Takes all that the system gives: the soft limit, often 1024, becomes the hard one.
    /// - Returns: what is allowed now; nil where the system does not say.
    @discardableResult
    static func raise() -> Int? {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return nil }
        #if os(Linux)
        let most = limit.rlim_max
        #else
        // Above it macOS refuses.
        let most = min(limit.rlim_max, rlim_t(OPEN_MAX))
        #endif
        var wanted = limit
        wanted.rlim_cur = most
        if limit.rlim_cur < most, setrlimit(kind, &wanted) == 0 { limit = wanted }
        return Int(clamping: limit.rlim_cur)
    }
}
