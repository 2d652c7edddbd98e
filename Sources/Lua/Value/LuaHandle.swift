// SPDX-License-Identifier: Apache-2.0

import CLua
import Desk

/// A Lua function that the host holds. It lives until `LuaState.release(_:)` or the state's end; after that it is stale,
/// and calling it fails with `.dead`. Good for its own state only.
///
/// Inside a `Value` it is the object `{"$function": number}`: functions arrive so from Lua, and become the function again
/// on their way back.
package struct LuaFunction: Hashable, Sendable {
    package let slot: UInt32
    package let generation: UInt32

    init(_ handle: clua_handle) {
        slot = handle.slot
        generation = handle.generation
    }

    init(packed: Int64) {
        slot = UInt32(truncatingIfNeeded: packed)
        generation = UInt32(truncatingIfNeeded: packed >> 32)
    }

    /// The function that a value stands for; nil if it is no function.
    package init?(_ value: Value) {
        guard case .object(let fields) = value, let packed = Self.packed(in: fields) else { return nil }
        self.init(packed: packed)
    }

    package var value: Value { .object(.init(unchecked: [.init(Self.fieldName, .int(packed))])) }

    var packed: Int64 { Int64(bitPattern: UInt64(generation) << 32 | UInt64(slot)) }
    var handle: clua_handle { clua_handle(slot: slot, generation: generation) }

    static let fieldName = "$function"

    static func packed(in fields: Value.Fields) -> Int64? {
        guard fields.count == 1, fields.pairs[0].name == fieldName, case .int(let packed) = fields.pairs[0].value else {
            return nil
        }
        return packed
    }
}

/// A value that was built inside the state once, to be passed to many calls without crossing again.
///
/// Scripts that change the table change it for all calls. Released like a function, with `LuaState.release(_:)`.
package struct LuaHeld: Hashable, Sendable {
    let function: LuaFunction

    /// Put this among the arguments.
    package var value: Value { function.value }
}

/// A coroutine that the host started and that waits.
package struct LuaCoroutine: Hashable, Sendable {
    package let slot: UInt32
    package let generation: UInt32

    init(_ handle: clua_handle) {
        slot = handle.slot
        generation = handle.generation
    }

    var handle: clua_handle { clua_handle(slot: slot, generation: generation) }
}
