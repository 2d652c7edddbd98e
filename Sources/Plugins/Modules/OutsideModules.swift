// SPDX-License-Identifier: Apache-2.0
import Desk

/// The functions that wait for the world outside of Lua: `http store media`, and `__token_…` under the prelude's `token`.
///
/// Here only the arguments are checked, so that a mistake is raised at the author's line; `Outside` does the work.
enum OutsideModules {
    static var functions: [ModuleFunction] {
        [
            ModuleFunction("http.request") { args throws(ArgumentError) in
                _ = try HTTPModule.request(args)
                return .outside
            },
            ModuleFunction("http.get") { args throws(ArgumentError) in try shorthand("GET", args) },
            ModuleFunction("http.post") { args throws(ArgumentError) in try shorthand("POST", args) },
            ModuleFunction("store.get") { args throws(ArgumentError) in
                try key(args)
                return .outside
            },
            ModuleFunction("store.set") { args throws(ArgumentError) in
                try key(args)
                guard let value = args[1] else { throw ArgumentError("the value is missing; store.remove(key) removes one") }
                guard value.json.count <= 64 << 10 else { throw ArgumentError("a stored value has at most 64 KiB") }
                try life(args, 2)
                return .outside
            },
            ModuleFunction("store.increment") { args throws(ArgumentError) in
                try key(args)
                if args[1] != nil { _ = try args.whole(1, "the step") }
                try life(args, 2)
                return .outside
            },
            ModuleFunction("store.remove") { args throws(ArgumentError) in
                try key(args)
                return .outside
            },
            ModuleFunction("media.info") { args throws(ArgumentError) in
                _ = try args.text(0, "the media id")
                return .outside
            },
            ModuleFunction("media.url") { args throws(ArgumentError) in
                _ = try args.text(0, "the media id")
                if let given = args[1] {
                    guard let seconds = given.double, (1...2_592_000).contains(seconds) else {
                        throw ArgumentError("the life must be seconds, at most 2592000 (30 days)")
                    }
                }
                return .outside
            },
            ModuleFunction("__token_get") { args throws(ArgumentError) in
                try key(args)
                return .outside
            },
            ModuleFunction("__token_put") { args throws(ArgumentError) in
                try key(args)
                _ = try args.text(1, "the token")
                guard let seconds = args[2]?.double, seconds > 0, seconds < 1e9 else {
                    throw ArgumentError(
                        "the function given to token.get must return the token and for how many seconds it is good")
                }
                return .outside
            },
            ModuleFunction("__token_fail") { args throws(ArgumentError) in
                try key(args)
                return .outside
            },
            ModuleFunction("__token_drop") { args throws(ArgumentError) in
                try key(args)
                _ = try args.text(1, "the token")
                return .outside
            },
        ]
    }

    /// `http.get(url, options)`: a request with the method and address filled in.
    private static func shorthand(_ method: String, _ args: Arguments) throws(ArgumentError) -> Answer {
        var request: Value = ["method": .string(method), "url": .string(try args.text(0, "the address"))]
        if let options = args[1] {
            guard options.object != nil else { throw ArgumentError("the options must be a table") }
            request = request.merging(options)
        }
        _ = try HTTPModule.request(Arguments(values: [request]))
        return .asks("http.request", [request])
    }

    private static func key(_ args: Arguments) throws(ArgumentError) {
        let key = try args.text(0, "the key")
        guard (1...256).contains(key.utf8.count) else { throw ArgumentError("a key has 1 to 256 bytes") }
    }

    private static func life(_ args: Arguments, _ index: Int) throws(ArgumentError) {
        guard let value = args[index] else { return }
        guard let seconds = value.double, seconds > 0, seconds < 1e10 else { throw ArgumentError("the life must be seconds") }
    }
}
