// SPDX-License-Identifier: Apache-2.0

extension LuaDeskClient {
    /// How a client works; the defaults are good for apps.
    public struct Options: Sendable, Hashable {
        /// Which way to the desk.
        public enum Transport: Sendable, Hashable {
            /// A WebSocket; where the system has none or something between lets none through, a long poll.
            case automatic
            /// Only a WebSocket: for finding out whether it works.
            case webSocket
            /// Only a long poll.
            case longPoll
        }
        /// Which way to the desk.
        public var transport = Transport.automatic
        /// The newest so many messages stay on the device.
        public var keptMessages = 1000
        /// So many messages may wait; one more is refused with `queueFull`.
        public var queueLimit = 1000
        /// Bytes of one file; as a desk is configured unless its operators say otherwise.
        public var attachmentLimit = 20 << 20

        /// The defaults.
        public init() {}
    }
}
