// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

extension Value {
    /// Handles of the Lua functions in this value, at any depth: each has to be released once nobody wants it.
    func functions() -> [LuaFunction] {
        switch self {
        case .array(let items): return items.flatMap { $0.functions() }
        case .object(let fields):
            if let function = LuaFunction(self) { return [function] }
            return fields.pairs.flatMap { $0.value.functions() }
        default: return []
        }
    }
}
