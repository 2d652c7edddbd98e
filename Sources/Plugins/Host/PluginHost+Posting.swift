// SPDX-License-Identifier: Apache-2.0
import Desk

extension PluginHost {
    /// Posts JSON for the desk itself, on the same way out as the plugins: no redirects, within time and size.
    ///
    /// The address is one that the operator wrote into the configuration, so it may be a private one, as a setting of a channel may.
    /// - Parameter timeout: of the whole exchange; there is one try.
    /// - Returns: at most 64 KiB of the answer's body; more is a failure.
    package func post(
        _ body: [UInt8], to address: WebAddress, headers: [(name: String, value: String)], timeout: Duration
    ) async -> Result<OutgoingResponse, HTTPFailure> {
        await http.send(
            OutgoingRequest(
                method: "POST", address: address, headers: headers, body: .bytes(body, contentType: "application/json"),
                timeout: timeout, retries: 0, intoMedia: false, byteLimit: 64 << 10),
            under: HostRules(hosts: ["setting:url"], settings: ["url": .string(address.text)]))
    }
}
