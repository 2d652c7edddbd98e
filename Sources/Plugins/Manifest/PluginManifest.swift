// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a plugin says about itself: the table its `plugin.lua` returns, without the functions.
package struct PluginManifest: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case channel, tickets, answers, speech, notifier, data
    }

    /// Also the folder's name.
    package var name: String
    package var kind: Kind
    package var version: String
    /// For people, in lists.
    package var title: String
    package var settings: [SettingField]
    /// Where its HTTP may go: `api.example.com`, `*.example.com`, `setting:api_base` (the host of that setting, which the operator chose).
    package var hosts: [String]
    package var capabilities: Capabilities
    /// The functions it gives: `receive send typing media health simulate notify login poll`.
    package var functions: Set<String>
    /// Names under `calls`, for `host.call("NAME.call")`.
    package var calls: [String]
    /// What its `platform.lua` can be told to answer; empty where that is not loaded.
    package var faults: [String] = []

    /// What a channel can do, so that the engine need not try.
    package struct Capabilities: Sendable, Hashable {
        /// Kinds it can send as they are; others are downgraded to text by the plugin.
        package var kinds: Set<MessageContent.Kind> = [.text]
        /// Longest text of one platform message in bytes; longer ones are split by the plugin.
        package var textLimit: Int?
        /// The usual quota a customer's message opens; each message says its own.
        package var replyQuota: ReplyQuota?
        /// The setting that, where it is given, lets `send` reach a customer after the window: a template's id.
        package var afterWindow: String?
        package var typing = false
        /// Downloads what an inbound message names.
        package var media = false
        /// HTTP methods its hook takes.
        package var methods: Set<String> = ["POST"]
    }
}
