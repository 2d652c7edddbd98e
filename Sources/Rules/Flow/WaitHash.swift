// SPDX-License-Identifier: Apache-2.0
import Desk

/// Tells whether a stage, run again, waits for the same as before.
enum WaitHash {
    /// FNV-1a over the JSON of kind, label and arguments, as 16 hex digits. Not a signature: both sides are ours.
    static func of(_ values: [Value]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Value.array(values).json { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let hex = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }
}
