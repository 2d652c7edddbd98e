// SPDX-License-Identifier: Apache-2.0

import CLua
import Desk

extension LuaState {
    /// The Swift end of calls out of Lua. Nothing here throws; the C trampoline raises after we have returned.
    final class Host {
        let functions: [HostFunction]
        let resolve: (String) -> (chunk: String, source: [UInt8])?
        /// Keeps what C reads right after a call returned.
        private let reply = LuaBuffer()
        private var source = Kept()
        private var chunk = Kept()

        init(functions: [HostFunction], resolve: @escaping (String) -> (chunk: String, source: [UInt8])?) {
            self.functions = functions
            self.resolve = resolve
        }

        static let call: clua_host_function = { context, function, arguments, file, line, reply in
            guard let context else { return 1 }
            let host = Unmanaged<Host>.fromOpaque(context).takeUnretainedValue()
            // The arguments lie in a buffer that a call back into the state writes over.
            let values = LuaDecoder.values(UnsafeRawBufferPointer(arguments))
            let call = LuaHostCall(
                arguments: values, file: line > 0 ? String(cString: file) : nil, line: line > 0 ? Int(line) : nil)
            let answer = host.functions[Int(function)].body(call)
            host.reply.reset()
            switch answer {
            case .values(let values):
                for value in values {
                    host.reply.beginArgument()
                    host.reply.put(value)
                }
                reply.pointee = clua_bytes(host.reply.bytes)
                return 0
            case .failure(let message):
                host.reply.put(message)
                reply.pointee = clua_bytes(host.reply.value)
                return 1
            case .suspend(let request):
                host.reply.put(request)
                reply.pointee = clua_bytes(host.reply.value)
                return 2
            }
        }

        static let resolve: clua_resolver = { context, name, source, chunk in
            guard let context else { return 0 }
            let host = Unmanaged<Host>.fromOpaque(context).takeUnretainedValue()
            let name = String(decoding: UnsafeRawBufferPointer(name), as: UTF8.self)
            guard let found = host.resolve(name) else { return 0 }
            source.pointee = host.source.keep(found.source)
            chunk.pointee = host.chunk.keep(Array(found.chunk.utf8))
            return 1
        }
    }

    /// Bytes at an address that stays until the next ones come.
    private struct Kept: ~Copyable {
        private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 8)

        mutating func keep(_ bytes: [UInt8]) -> clua_bytes {
            if bytes.count > memory.count {
                memory.deallocate()
                memory = .allocate(byteCount: bytes.count * 2, alignment: 8)
            }
            memory.copyBytes(from: bytes)
            return clua_bytes(UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))
        }

        deinit { memory.deallocate() }
    }
}

extension clua_bytes {
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }
}

extension UnsafeRawBufferPointer {
    init(_ bytes: clua_bytes) { self.init(start: bytes.bytes, count: bytes.bytes == nil ? 0 : bytes.count) }
}

extension clua_budget {
    init(_ budget: LuaBudget) {
        let (seconds, attoseconds) = budget.time.components
        let nanoseconds = min(seconds, 3600) * 1_000_000_000 + attoseconds / 1_000_000_000
        self.init(instructions: Int64(budget.instructions), nanoseconds: nanoseconds)
    }
}

extension LuaFailure {
    init(_ status: clua_status, _ failure: clua_failure) {
        let code: Code =
            switch status {
            case CLUA_SYNTAX: .syntax
            case CLUA_MEMORY: .memory
            case CLUA_INSTRUCTIONS: .instructions
            case CLUA_DEADLINE: .deadline
            case CLUA_VALUE: .value
            case CLUA_DEAD: .dead
            case CLUA_RESOLVE: .resolve
            default: .runtime
            }
        let file = String(decoding: UnsafeRawBufferPointer(failure.file), as: UTF8.self)
        self.init(
            code: code, message: String(decoding: UnsafeRawBufferPointer(failure.message), as: UTF8.self),
            file: file.isEmpty ? nil : file, line: failure.line > 0 ? Int(failure.line) : nil,
            traceback: String(decoding: UnsafeRawBufferPointer(failure.traceback), as: UTF8.self))
    }
}
