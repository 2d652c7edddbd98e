// SPDX-License-Identifier: Apache-2.0
import Desk

/// `time`: the host's clock. Seconds and milliseconds since 1970, UTC.
enum TimeModule {
    static func functions(clock: @escaping Clock) -> [ModuleFunction] {
        [
            ModuleFunction("time.now") { _ throws(ArgumentError) in .value(.int(clock().milliseconds / 1000)) },
            ModuleFunction("time.milliseconds") { _ throws(ArgumentError) in .value(.int(clock().milliseconds)) },
            ModuleFunction("time.rfc3339") { args throws(ArgumentError) in
                let seconds = try args.whole(0, "the seconds")
                guard abs(seconds) < 200_000_000_000 else { throw ArgumentError("the seconds are out of range") }
                return .value(.string(Instant(seconds: Int64(seconds)).rfc3339))
            },
            ModuleFunction("time.parse_rfc3339") { args throws(ArgumentError) in
                guard let instant = Instant(rfc3339: try args.text(0, "the text")) else {
                    return .nothing("this is no RFC 3339 time", code: "bad_time")
                }
                return .value(.int(instant.milliseconds / 1000))
            },
            ModuleFunction("time.until_midnight") { args throws(ArgumentError) in
                let hours = args[0] == nil ? 0 : try args.whole(0, "the offset in hours")
                guard (-12...14).contains(hours) else { throw ArgumentError("the offset is -12 to 14 hours") }
                let local = clock().milliseconds / 1000 + Int64(hours) * 3600
                return .value(.int(86_400 - (local % 86_400 + 86_400) % 86_400))
            },
        ]
    }
}
