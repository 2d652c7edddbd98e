// SPDX-License-Identifier: Apache-2.0
import Desk

/// Limits of the plugin host.
package struct PluginOptions: Sendable {
    /// Of a hook as a whole: platforms close after 5 s, and the commit comes after this.
    package var receiveLimit = Duration.seconds(4)
    package var sendLimit = Duration.seconds(30)
    package var callLimit = Duration.seconds(10)
    /// Of a look on the platform for what is new.
    package var pollLimit = Duration.seconds(30)
    /// Of a media download.
    package var mediaLimit = Duration.seconds(60)
    /// Lua's share between two requests to the outside. By the wall clock, so it allows for a busy machine: 50 ms of work take longer
    /// there. A script that loops holds one lane for this long, and nothing else.
    package var stepTime = Duration.milliseconds(200)
    /// Of compiling and running a `plugin.lua`, likewise.
    package var loadTime = Duration.seconds(2)
    /// Largest body of a hook in bytes; more is refused with 413.
    package var bodyLimit = 512 << 10
    /// Run a plugin's `tests/` before a changed version goes live.
    package var testsBeforeReload = true
    /// Load `platform.lua` beside `plugin.lua`: for trying out only, a server has no use for it.
    package var loadsStandIns = false
    /// The public address of a stored file, good for this long at least; nil where the desk has none.
    package var mediaURL: @Sendable (String, Duration?) -> String? = { _, _ in nil }
    /// In place of the network; nil: the network.
    var network: (@Sendable (OutgoingRequest, HostRules) async -> Result<OutgoingResponse, HTTPFailure>)?
    /// nil: the system's resolver.
    package var resolve: Resolve?

    package init() {}
}
