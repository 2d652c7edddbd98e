// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// What a stand-in shall answer to the next message instead of taking it.
package struct PlatformFault: Sendable, Hashable {
    /// `expired`, `rate_limit`, `busy`, `refused`, `unauthorized`, or `code` with the platform's own error code.
    package var kind: String
    package var code: String?
    package init(_ kind: String, code: String? = nil) { self.kind = kind; self.code = code }
}

/// What a plugin's `platform.lua` did with a request of the desk.
package struct StandInAnswer: Sendable {
    package var response: OutgoingResponse
    /// The message it took, `{ recipient?, kind?, text? }`; nil: the request was something else, or was refused.
    package var message: Value?
    /// Whether the fault was the answer: it does not wait any longer.
    package var isFault: Bool
}

extension PluginHost {
    /// Whether the plugin has a `platform.lua`: the platform's side of what `send` says.
    package func hasStandIn(_ plugin: String) -> Bool {
        state.withLock { $0.images[plugin]?.source.files["platform.lua"] != nil } && options.loadsStandIns
    }

    /// Hands a request of the desk to the plugin's `platform.lua`, which answers as the platform's API would.
    /// - Parameter request: `method path query raw_query headers body`, as hooks get them.
    package func standIn(channel: String, _ request: HookRequest, fault: PlatformFault?) async throws(PluginFailure)
        -> StandInAnswer
    {
        let shown: Value = fault.map { ["kind": .string($0.kind), "code": Value($0.code)] } ?? .null
        let result = await run("platform", channel: channel, { [request.value, $0.value, shown] }, limit: options.callLimit)
        let values = try result.get()
        let plugin = find(channel)?.image.source.name ?? ""
        guard let answer = values.first, answer.object != nil else {
            throw PluginFailure(.shape, plugin: plugin, "platform.lua must answer a table such as { status = 200, json = … }")
        }
        var headers = (answer["headers"]?.object?.pairs ?? []).map { (name: $0.name.lowercased(), value: $0.value.string ?? "") }
        var body = answer["body"]?.utf8 ?? []
        if let json = answer["json"] { body = json.json }
        if !headers.contains(where: { $0.name == "content-type" }) {
            headers.append(("content-type", answer["json"] == nil ? "text/plain" : "application/json"))
        }
        let response = OutgoingResponse(status: Int(answer["status"]?.int ?? 200), headers: headers, body: body)
        return StandInAnswer(response: response, message: answer["message"], isFault: answer["fault"]?.bool ?? false)
    }
}
