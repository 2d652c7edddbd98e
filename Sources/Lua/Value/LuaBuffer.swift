// SPDX-License-Identifier: Apache-2.0

import Desk

/// Arguments of a call, written piece by piece into memory that is kept from call to call: for what is written often and has no need
/// of a tree of values. The format stands in `CLua/cross.c`.
///
/// Not Sendable: belongs to one thread.
package final class LuaBuffer {
    // Checked by being private to one thread, and asked for at every byte.
    @exclusivity(unchecked) private var sink = Sink()
    /// Of arguments so far.
    @exclusivity(unchecked) private var count: UInt32 = 0

    package init() { reset() }

    deinit { sink.memory.deallocate() }

    /// Forgets all arguments, keeps the memory.
    package func reset() {
        sink.count = 0
        count = 0
        LuaEncoder.write(UInt32(0), to: &sink)
    }

    /// What has been written; good until the next change.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: sink.memory, count: sink.count) }

    /// The one value that has been written, where it is no argument.
    package var value: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[4...]) }

    /// Says that one more argument follows.
    package func beginArgument() {
        count += 1
        sink.memory.storeBytes(of: count.littleEndian, as: UInt32.self)
    }

    /// Begins an object; its fields follow, each with `name` and one value.
    /// - Returns: what `closeObject` wants.
    package func openObject() -> Int {
        sink.add(UInt8(ascii: "o"))
        LuaEncoder.write(UInt32(0), to: &sink)
        return sink.count - 4
    }

    package func closeObject(_ place: Int, fields: Int) {
        sink.memory.storeBytes(of: UInt32(fields).littleEndian, toByteOffset: place, as: UInt32.self)
    }

    /// Begins bytes that hold the one value which follows, to be made a value of Lua's later, if ever.
    /// - Returns: what `closeSealed` wants.
    package func openSealed() -> Int {
        sink.add(UInt8(ascii: "b"))
        LuaEncoder.write(UInt32(0), to: &sink)
        return sink.count
    }

    /// - Parameter most: what is longer than that is not sealed.
    package func closeSealed(_ place: Int, most: Int) {
        let count = sink.count - place
        if count <= most {
            sink.memory.storeBytes(of: UInt32(count).littleEndian, toByteOffset: place - 4, as: UInt32.self)
        } else {
            (sink.memory + place - 5).copyMemory(from: sink.memory + place, byteCount: count)
            sink.count -= 5
        }
    }

    package func name(_ name: StaticString) {
        LuaEncoder.write(UInt32(name.utf8CodeUnitCount), to: &sink)
        sink.add(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    package func name(_ name: String) { LuaEncoder.write(name, to: &sink) }

    package func put(_ value: Value) { LuaEncoder.write(value, to: &sink) }

    package func put(_ text: String) {
        sink.add(UInt8(ascii: "s"))
        LuaEncoder.write(text, to: &sink)
    }

    package func put(_ number: Int64) {
        sink.add(UInt8(ascii: "i"))
        LuaEncoder.write(number, to: &sink)
    }

    package func put(_ number: Double) {
        sink.add(UInt8(ascii: "d"))
        LuaEncoder.write(number.bitPattern, to: &sink)
    }

    package func put(_ flag: Bool) { sink.add(flag ? UInt8(ascii: "t") : UInt8(ascii: "f")) }

    package func put(_ texts: [String]) {
        sink.add(UInt8(ascii: "a"))
        LuaEncoder.write(UInt32(texts.count), to: &sink)
        for text in texts { put(text) }
    }

    /// In RFC 3339.
    package func put(_ instant: Instant) {
        sink.add(UInt8(ascii: "s"))
        LuaEncoder.write(UInt32(24), to: &sink)
        sink.reserve(24)
        let end = UnsafeMutableRawBufferPointer(start: sink.memory + sink.count, count: 24)
        sink.count += end.withMemoryRebound(to: UInt8.self) { instant.write(rfc3339: $0) }
    }

    package func put(_ function: LuaFunction) {
        sink.add(UInt8(ascii: "h"))
        LuaEncoder.write(function.packed, to: &sink)
    }

    /// Memory that grows and is never moved but for that.
    private struct Sink: LuaSink {
        private(set) var memory = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
        private var capacity = 4096
        var count = 0

        mutating func reserve(_ more: Int) {
            guard count + more > capacity else { return }
            capacity = (count + more) * 2
            let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
            grown.copyMemory(from: memory, byteCount: count)
            memory.deallocate()
            memory = grown
        }

        mutating func add(_ byte: UInt8) {
            reserve(1)
            memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
            count += 1
        }

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            guard let start = bytes.baseAddress, bytes.count > 0 else { return }
            reserve(bytes.count)
            (memory + count).copyMemory(from: start, byteCount: bytes.count)
            count += bytes.count
        }
    }
}
