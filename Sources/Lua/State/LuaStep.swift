// SPDX-License-Identifier: Apache-2.0

import Desk

/// How far a coroutine of the host's came.
package enum LuaStep {
    case finished([Value])
    /// It waits; `request` is what the host function suspended with.
    case suspended(LuaCoroutine, request: Value)
}
