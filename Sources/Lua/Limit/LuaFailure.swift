// SPDX-License-Identifier: Apache-2.0

/// Why a script did not do what it was asked to, and where it stood.
package struct LuaFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The text is no Lua.
        case syntax
        /// The script raised an error.
        case runtime
        case memory
        case instructions
        case deadline
        /// A value that cannot cross: a coroutine, a cycle, mixed keys, too deep, too large.
        case value
        /// A handle that was released, or a coroutine that does not wait.
        case dead
        /// A module that cannot be found.
        case resolve

        /// Limits end the call for good: no `pcall` of the script's sees them.
        package var isLimit: Bool { self == .memory || self == .instructions || self == .deadline }
    }

    package let code: Code
    /// For a person: "rules/x.lua:12: attempt to …".
    package let message: String
    /// The innermost file that is not the host's own (whose chunk names begin with "=").
    package let file: String?
    package let line: Int?
    /// "file:line in function f", innermost first, at most ten lines, without the host's own frames.
    package let traceback: String

    package init(code: Code, message: String, file: String? = nil, line: Int? = nil, traceback: String = "") {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.traceback = traceback
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
