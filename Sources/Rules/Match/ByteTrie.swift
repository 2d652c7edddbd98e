// SPDX-License-Identifier: Apache-2.0

/// Many byte strings at once: which of them occur in a text (Aho and Corasick's automaton), or stand at its beginning. One step for each
/// byte of the text, however many strings there are.
struct ByteTrie: Sendable {
    /// Node and byte → node, by open addressing; `UInt64.max` is a free place. Key in the upper half, node in the lower.
    private var edges: [UInt64]
    private let mask: Int
    /// Out of the root, by byte; 0: none.
    private var first = [Int32](repeating: 0, count: 256)
    /// What ends at a node, -1: nothing.
    private var ends: [Int32] = [-1]
    /// The longest proper ending of a node's string that is a node, too.
    private var falls: [Int32] = [0]
    /// The nearest node on the way of falls at which something ends; 0: none.
    private var next: [Int32] = [0]

    /// - Parameter strings: not empty, each once; they are reported by their position.
    init(_ strings: [[UInt8]]) {
        let most = strings.reduce(0) { $0 + $1.count }
        var size = 64
        while size < most * 2 { size *= 2 }
        edges = Array(repeating: .max, count: size)
        mask = size - 1
        for (number, string) in strings.enumerated() {
            var node: Int32 = 0
            for byte in string {
                var below = step(node, byte)
                if below == 0 {
                    below = Int32(ends.count)
                    ends.append(-1)
                    falls.append(0)
                    next.append(0)
                    add(node, byte, below)
                }
                node = below
            }
            ends[Int(node)] = Int32(number)
        }
        link()
    }

    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte) }

    private func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask }

    private mutating func add(_ node: Int32, _ byte: UInt8, _ below: Int32) {
        if node == 0 { first[Int(byte)] = below; return }
        let key = Self.key(node, byte)
        var at = place(key)
        while edges[at] != .max { at = (at + 1) & mask }
        edges[at] = key << 24 | UInt64(UInt32(bitPattern: below)) & 0xff_ffff
    }

    /// The node below, 0 if there is none.
    private func step(_ node: Int32, _ byte: UInt8) -> Int32 {
        if node == 0 { return first[Int(byte)] }
        let key = Self.key(node, byte)
        var at = place(key)
        while edges[at] != .max {
            if edges[at] >> 24 == key { return Int32(edges[at] & 0xff_ffff) }
            at = (at + 1) & mask
        }
        return 0
    }

    /// Breadth first: a node's fall is shorter than the node.
    private mutating func link() {
        var below: [[(byte: UInt8, node: Int32)]] = Array(repeating: [], count: ends.count)
        for byte in 0..<256 where first[byte] != 0 { below[0].append((UInt8(byte), first[byte])) }
        for edge in edges where edge != .max {
            let key = edge >> 24
            below[Int(key >> 8)].append((UInt8(key & 0xff), Int32(edge & 0xff_ffff)))
        }
        var queue: [Int32] = [0]
        var at = 0
        while at < queue.count {
            let node = queue[at]
            at += 1
            for (byte, child) in below[Int(node)] {
                queue.append(child)
                guard node != 0 else { continue }
                var fall = falls[Int(node)]
                while fall != 0, step(fall, byte) == 0 { fall = falls[Int(fall)] }
                let found = step(fall, byte)
                falls[Int(child)] = found
                next[Int(child)] = ends[Int(found)] >= 0 ? found : next[Int(found)]
            }
        }
    }

    /// Nodes it can hold: they are numbered with 24 bits.
    static let mostBytes = 1 << 23

    /// Reports every string that occurs, as often as it does.
    func forEach(in text: [UInt8], _ report: (Int) -> Void) {
        var node: Int32 = 0
        for byte in text {
            var below = step(node, byte)
            while below == 0, node != 0 {
                node = falls[Int(node)]
                below = step(node, byte)
            }
            node = below
            var ending = ends[Int(node)] >= 0 ? node : next[Int(node)]
            while ending != 0 {
                report(Int(ends[Int(ending)]))
                ending = next[Int(ending)]
            }
        }
    }

    /// Reports every string that the text begins with.
    func forEachPrefix(of text: [UInt8], _ report: (Int) -> Void) {
        var node: Int32 = 0
        for byte in text {
            node = step(node, byte)
            if node == 0 { return }
            if ends[Int(node)] >= 0 { report(Int(ends[Int(node)])) }
        }
    }
}
