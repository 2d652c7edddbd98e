// SPDX-License-Identifier: Apache-2.0
import Desk

/// What one call of a plugin may touch, and until when.
struct CallContext: Sendable {
    let id: UInt64
    let plugin: String
    /// nil for calls that belong to no channel.
    let channel: String?
    /// `receive`, `send`, `call.order` …
    let entry: String
    let rules: HostRules
    let deadline: ContinuousClock.Instant

    /// Values of a channel are its own; those of a plugin without channel are shared by its calls.
    var namespace: String { PluginHost.namespace(plugin: plugin, channel: channel) }
}

/// The world outside of Lua, as a plugin's call reaches it.
struct Outside: Sendable {
    /// The network, or a recording of it.
    let http: @Sendable (OutgoingRequest, HostRules) async -> Result<OutgoingResponse, HTTPFailure>
    let store: any PluginStore
    let media: any MediaStore
    /// The address under which a platform fetches a file, good for so long at least; nil where the desk has no public one.
    let mediaURL: @Sendable (String, Duration?) -> String?
    let tokens: TokenCache
    let clock: Clock

    /// Performs what a host function asked for.
    /// - Returns: the values the plugin goes on with.
    func perform(_ request: Value, _ context: CallContext) async -> [Value] {
        let args = Arguments(values: request["args"]?.array ?? [])
        let key = args[0]?.string ?? ""
        let name = request["op"]?.string ?? ""
        do {
            switch name {
            case "http.request": return await fetch(args, context)
            case "store.get": return [try await store.value(key, in: context.namespace) ?? .null]
            case "store.set":
                try await store.set(key, in: context.namespace, to: args[1] ?? .null, expires: expiry(args[2]))
                return [true]
            case "store.increment":
                let step = args[1]?.int ?? 1
                return [.int(try await store.increment(key, in: context.namespace, by: step, expires: expiry(args[2])))]
            case "store.remove":
                try await store.remove(key, in: context.namespace)
                return [true]
            case "media.info":
                guard let found = try await media.get(key) else { return nothing("there is no such media object", "media") }
                return [found.object.value]
            case "media.url":
                guard try await media.get(key) != nil else { return nothing("there is no such media object", "media") }
                if let address = mediaURL(key, args[1]?.double.map { .seconds($0) }) { return [.string(address)] }
                return nothing(Self.noPublicURL, "no_public_url")
            default: return await token(name, key, args, context)
            }
        } catch let failure as PluginStoreFailure {
            return nothing(failure.message, failure.rawValue)
        } catch {
            return nothing("the store does not answer", "store")
        }
    }

    private static let noPublicURL =
        "the platform fetches files by itself, and server.public_url of the desk's configuration is not set"

    private func nothing(_ message: String, _ code: String) -> [Value] { [.null, .string(message), .string(code)] }

    private func expiry(_ seconds: Value?) -> Instant? { seconds?.double.map { clock() + .seconds($0) } }

    private func fetch(_ args: Arguments, _ context: CallContext) async -> [Value] {
        guard var request = try? HTTPModule.request(args) else { return nothing("the request is malformed", "bad_request") }
        let left = context.deadline - ContinuousClock.now
        guard left > .zero else { return nothing("this call has no time left", "timeout") }
        request.timeout = min(request.timeout, left)
        return HTTPModule.results(await http(request, context.rules))
    }

    private func token(_ name: String, _ key: String, _ args: Arguments, _ context: CallContext) async -> [Value] {
        let place = TokenCache.Key(channel: context.namespace, name: key)
        switch name {
        case "__token_get":
            switch await tokens.get(place, call: context.id, until: context.deadline) {
            case .value(let value): return [.string(value)]
            case .fetch(let stale): return [.null, Value(stale), "fetch"]
            case .failure(let message, let code): return nothing(message, code)
            }
        case "__token_put":
            tokens.put(place, call: context.id, value: args[1]?.string ?? "", life: .seconds(args[2]?.double ?? 0))
        case "__token_fail":
            tokens.fail(
                place, call: context.id, message: args[1]?.string ?? "the access token could not be fetched",
                code: args[2]?.string ?? "token")
        case "__token_drop": tokens.drop(place, value: args[1]?.string ?? "")
        default: return nothing("unknown request", "bad_request")
        }
        return [true]
    }
}
