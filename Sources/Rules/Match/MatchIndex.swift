// SPDX-License-Identifier: Apache-2.0
import Desk

/// Which of many conditions may hold in a situation, without looking at each.
///
/// Every condition is filed under the keys of which one must be seen for it to hold; of several parts of an `all`, under the rarest.
/// Where many share a key, their other parts are filed once more below it. What has no key is always a candidate. The index never
/// misses a condition that holds; whether a candidate does, the condition itself says.
final class MatchIndex: Sendable {
    /// A condition on its way into the index: parts that must all hold and that are not used up as keys yet.
    struct Entry {
        let number: Int32
        let parts: [MatchTerm]
    }

    /// Those filed under one key.
    private struct Drawer: Sendable {
        let numbers: [Int32]
        let below: MatchIndex?
    }

    /// One look at the situation.
    private enum Probe: Sendable {
        case equal(MatchPath, [Constant: Int], times: [Instant: [Int]])
        case tags([String: Int])
        case ranges(MatchPath, RangeTree, [Int])
        case ages(MatchPath, RangeTree, [Int])
        case parts(MatchPath, ByteTrie, [Int])
        case prefixes(MatchPath, ByteTrie, [Int])
        case exists(MatchPath, Int)
        case pattern(MatchPath, NamedPattern, Int)
    }

    private let always: [Int32]
    private let drawers: [Drawer]
    private let probes: [Probe]
    /// Probes of attributes, by name, where there are more of them than a customer has attributes.
    private let named: [MatchPath.Owner: [String: [Probe]]]

    /// - Parameter terms: nil: always.
    convenience init(_ terms: [MatchTerm?]) {
        self.init(
            terms.enumerated().map { Entry(number: Int32($0.offset), parts: $0.element?.openedAll ?? []) }, level: 0)
    }

    private init(_ entries: [Entry], level: Int) {
        let filed = Filing(entries)
        always = filed.always
        let mayGoOn = level < Self.mostLevels && filed.placements <= entries.count * 4 + 64
        drawers = filed.drawers.map { entries in
            if mayGoOn, entries.count > Self.mostTogether {
                let below = MatchIndex(entries, level: level + 1)
                if below.always.count < entries.count { return Drawer(numbers: [], below: below) }
            }
            return Drawer(numbers: entries.map(\.number), below: nil)
        }
        var probes: [Probe] = []
        var named: [MatchPath.Owner: [String: [Probe]]] = [:]
        for (owner, group) in Self.probes(filed.keys) {
            guard let owner, group.count > Self.mostAttributes else { probes += group.map(\.probe); continue }
            named[owner] = Dictionary(grouping: group, by: { $0.path.attribute?.name ?? "" }).mapValues { $0.map(\.probe) }
        }
        self.probes = probes
        self.named = named
    }

    private static let mostLevels = 4
    /// So many under one key are looked at one by one.
    private static let mostTogether = 16
    private static let mostAttributes = 8

    // MARK: - Filing

    private typealias Group = [(path: MatchPath, probe: Probe)]

    /// One probe for each place and kind of key.
    private static func probes(_ keys: [MatchKey: Int]) -> [MatchPath.Owner?: Group] {
        var equal: [MatchPath: [Constant: Int]] = [:]
        var tags: [String: Int] = [:]
        var ranges: [MatchPath: [(low: Double, high: Double, drawer: Int)]] = [:]
        var ages: [MatchPath: [(most: Double, drawer: Int)]] = [:]
        var parts: [MatchPath: [(bytes: [UInt8], drawer: Int)]] = [:]
        var prefixes: [MatchPath: [(bytes: [UInt8], drawer: Int)]] = [:]
        var groups: [MatchPath.Owner?: Group] = [:]
        func add(_ path: MatchPath, _ probe: Probe) { groups[path.attribute?.owner, default: []].append((path, probe)) }
        for (key, drawer) in keys {
            switch key {
            case .equal(let path, let constant): equal[path, default: [:]][constant] = drawer
            case .tag(let tag): tags[tag] = drawer
            case .range(let path, let low, let high): ranges[path, default: []].append((low, high, drawer))
            case .age(let path, let most): ages[path, default: []].append((most, drawer))
            case .part(let path, let bytes): parts[path, default: []].append((bytes, drawer))
            case .prefix(let path, let bytes): prefixes[path, default: []].append((bytes, drawer))
            case .exists(let path): add(path, .exists(path, drawer))
            case .pattern(let path, let pattern): add(path, .pattern(path, pattern, drawer))
            }
        }
        for (path, drawers) in equal {
            var times: [Instant: [Int]] = [:]
            if path.kind == .time {
                for (constant, drawer) in drawers {
                    if case .text(let text) = constant, let time = Fact.text(text).time {
                        times[time, default: []].append(drawer)
                    }
                }
            }
            add(path, .equal(path, drawers, times: times))
        }
        if !tags.isEmpty { add(.conversationTags, .tags(tags)) }
        for (path, items) in ranges {
            add(path, .ranges(path, RangeTree(items.map { ($0.low, $0.high) }), items.map(\.drawer)))
        }
        for (path, items) in ages { add(path, .ages(path, RangeTree(items.map { (0, $0.most) }), items.map(\.drawer))) }
        for (path, items) in parts { add(path, .parts(path, ByteTrie(items.map(\.bytes)), items.map(\.drawer))) }
        for (path, items) in prefixes { add(path, .prefixes(path, ByteTrie(items.map(\.bytes)), items.map(\.drawer))) }
        return groups
    }

    // MARK: - Looking

    /// Sets the bits of all conditions that may hold.
    func mark(_ facts: Facts, _ bits: UnsafeMutablePointer<UInt64>) {
        for number in always { Self.set(number, bits) }
        for probe in probes { look(probe, facts, bits) }
        guard !named.isEmpty else { return }
        let situation = facts.situation
        if let probes = named[.customer] { look(probes, situation.parts.customer.attributes, facts, bits) }
        if let probes = named[.conversation] { look(probes, situation.parts.conversation.attributes, facts, bits) }
        if let probes = named[.message], let message = situation.parts.message {
            look(probes, message.content.fields, facts, bits)
        }
    }

    private func look(_ probes: [String: [Probe]], _ attributes: Value, _ facts: Facts, _ bits: UnsafeMutablePointer<UInt64>) {
        guard case .object(let fields) = attributes else { return }
        for pair in fields.pairs { for probe in probes[pair.name] ?? [] { look(probe, facts, bits) } }
    }

    private static func set(_ number: Int32, _ bits: UnsafeMutablePointer<UInt64>) {
        bits[Int(number) >> 6] |= 1 << UInt64(number & 63)
    }

    private func open(_ drawer: Int, _ facts: Facts, _ bits: UnsafeMutablePointer<UInt64>) {
        if let below = drawers[drawer].below { return below.mark(facts, bits) }
        for number in drawers[drawer].numbers { Self.set(number, bits) }
    }

    private func look(_ probe: Probe, _ facts: Facts, _ bits: UnsafeMutablePointer<UInt64>) {
        switch probe {
        case .equal(let path, let drawers, let times):
            switch facts[path] {
            case .none: break
            case .text(let text): if let found = drawers[.text(text)] { open(found, facts, bits) }
            case .number(let number): if let found = drawers[.number(number)] { open(found, facts, bits) }
            case .flag(let flag): if let found = drawers[.flag(flag)] { open(found, facts, bits) }
            case .texts(let texts): for text in texts { if let found = drawers[.text(text)] { open(found, facts, bits) } }
            case .time(let time): for found in times[time] ?? [] { open(found, facts, bits) }
            }
        case .tags(let drawers):
            for tag in facts.situation.parts.conversation.tags { if let found = drawers[tag] { open(found, facts, bits) } }
            for tag in facts.situation.parts.customer.tags { if let found = drawers[tag] { open(found, facts, bits) } }
        case .ranges(let path, let tree, let drawers):
            guard let number = facts[path].number else { return }
            tree.forEach(holding: number) { open(drawers[$0], facts, bits) }
        case .ages(let path, let tree, let drawers):
            guard let time = facts[path].time else { return }
            tree.forEach(holding: Double((facts.situation.parts.now - time).inMilliseconds)) { open(drawers[$0], facts, bits) }
        case .parts(let path, let trie, let drawers):
            guard let text = facts.folded(path) else { return }
            trie.forEach(in: text.bytes) { open(drawers[$0], facts, bits) }
        case .prefixes(let path, let trie, let drawers):
            guard let text = facts.folded(path) else { return }
            trie.forEachPrefix(of: text.bytes) { open(drawers[$0], facts, bits) }
        case .exists(let path, let drawer): if facts[path] != Fact.none { open(drawer, facts, bits) }
        case .pattern(let path, let pattern, let drawer):
            if case .text(let text) = facts[path], pattern.find(in: text) != nil { open(drawer, facts, bits) }
        }
    }
}

/// Puts conditions under their rarest keys.
private struct Filing {
    private(set) var always: [Int32] = []
    private(set) var drawers: [[MatchIndex.Entry]] = []
    private(set) var keys: [MatchKey: Int] = [:]
    private(set) var placements = 0
    /// Different constants that are looked for at a place; tags stand under no path.
    private var constants: [MatchPath: Set<Constant>] = [:]
    private var tags: Set<String> = []
    private var bytes = 0

    init(_ entries: [MatchIndex.Entry]) {
        let found = entries.map { $0.parts.map(\.keys) }
        for keys in found.joined() { for key in keys ?? [] { count(key) } }
        for (entry, keys) in zip(entries, found) {
            var best: (part: Int, keys: [MatchKey], share: Double)?
            for (part, keys) in keys.enumerated() {
                guard let keys else { continue }
                let share = keys.reduce(0) { $0 + self.share($1) }
                if share < best?.share ?? .infinity { best = (part, keys, share) }
            }
            guard let best, fits(best.keys) else { always.append(entry.number); continue }
            var parts = entry.parts
            parts.remove(at: best.part)
            let rest = MatchIndex.Entry(number: entry.number, parts: parts)
            for key in best.keys { place(rest, key) }
        }
    }

    private mutating func place(_ entry: MatchIndex.Entry, _ key: MatchKey) {
        placements += 1
        if let drawer = keys[key] {
            // A list may name the same twice.
            if drawers[drawer].last?.number != entry.number { drawers[drawer].append(entry) }
        } else {
            keys[key] = drawers.count
            drawers.append([entry])
        }
    }

    /// The tries have only so much room; beyond, conditions are looked at one by one.
    private mutating func fits(_ found: [MatchKey]) -> Bool {
        for key in found {
            switch key {
            case .part(_, let string), .prefix(_, let string): bytes += string.count
            default: break
            }
        }
        return bytes < ByteTrie.mostBytes
    }

    private mutating func count(_ key: MatchKey) {
        switch key {
        case .equal(let path, let constant): constants[path, default: []].insert(constant)
        case .tag(let tag): tags.insert(tag)
        default: break
        }
    }

    /// In what share of all situations a key is seen, by guess.
    private func share(_ key: MatchKey) -> Double {
        switch key {
        case .equal(let path, _): 1 / Double((constants[path]?.count ?? 0) + 1)
        case .tag: max(0.05, 1 / Double(tags.count + 2))
        case .range(let path, let low, let high):
            if let range = path.range, range.upperBound.isFinite {
                max(0.02, (min(high, range.upperBound) - max(low, range.lowerBound)) / (range.upperBound - range.lowerBound))
            } else {
                low.isFinite && high.isFinite ? 0.2 : 0.5
            }
        case .age: 0.3
        case .part(_, let bytes): bytes.count < 3 ? 0.1 : 0.01
        case .prefix: 0.005
        case .exists: 0.6
        case .pattern(_, let pattern): pattern == .text ? 0.9 : 0.1
        }
    }
}
