// SPDX-License-Identifier: Apache-2.0

import Desk

/// A function of the host's that scripts can call.
package struct HostFunction {
    /// Dotted: "http.request" is the field `request` of the global table `http`.
    package let name: String
    /// Runs on the script's thread, while the script waits; its time counts. It may call the state again.
    package let body: (LuaHostCall) -> LuaReply

    package init(_ name: String, _ body: @escaping (LuaHostCall) -> LuaReply) {
        self.name = name
        self.body = body
    }
}

/// One call of a host function.
package struct LuaHostCall {
    package let arguments: [Value]
    /// Where the script stands that calls, be it through the host's own chunks; nil if there is none.
    package let file: String?
    package let line: Int?

    package init(arguments: [Value], file: String? = nil, line: Int? = nil) {
        self.arguments = arguments
        self.file = file
        self.line = line
    }

    /// An argument, from 0; null if there are fewer.
    package subscript(index: Int) -> Value { arguments.indices.contains(index) ? arguments[index] : .null }
}

/// What a host function answers.
package enum LuaReply {
    case values([Value])
    /// Raises an error in the script, with the position of the caller before it.
    case failure(String)
    /// Makes the script wait: the request goes to whoever started or resumed the coroutine. An error elsewhere.
    case suspend(Value)
}
