// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ServerFailure {
    /// Words for what `bind` threw.
    static func bind(_ error: any Error, host: String, port: Int) -> ServerFailure {
        let place = "server.host \(host), server.port \(port)"
        if let error = error as? ServerFailure { return error }
        guard let error = error as? IOError else {
            return ServerFailure(.noSuchAddress, "\(place): cannot listen there: \(error). Give an address of this machine.")
        }
        switch error.errnoCode {
        case EADDRINUSE:
            return ServerFailure(
                .portInUse,
                "\(place): the port is in use by another program. Stop that one, or give another port (--port N or server.port).")
        case EACCES, EPERM:
            return ServerFailure(
                .notAllowed, "\(place): this user may not listen on this port. Take one above 1023, or allow it.")
        case EADDRNOTAVAIL:
            return ServerFailure(.noSuchAddress, "\(place): this machine has no such address. Give one it has, or 0.0.0.0.")
        default:
            return ServerFailure(.failed, "\(place): cannot listen there: \(error).")
        }
    }
}
