// SPDX-License-Identifier: Apache-2.0
import Desk

extension ConformanceSession {
    /// Everything that a hook meets.
    mutating func receiving() async {
        guard manifest.functions.contains("receive") else { return }
        bench.clock.set(account.start)
        var samples = await recorded()
        await refusals()
        samples += await simulated()
        if samples.isEmpty {
            return report.notes.append("\(account.name): there is no request to replay; record one in fixtures/")
        }
        await duplicated(samples)
        await reordered(samples)
        await damaged(samples)
        await otherKeys(samples)
        await delayed(samples)
        await strangeOccasions()
        switch account.signed {
        case .body: break
        case .token:
            report.notes.append(
                "\(account.name): the platform proves only that it knows a secret (\(account.proof.sorted().joined(separator: ", "))); "
                    + "a body that was changed on the way cannot be told from a genuine one")
        case .nothing: report.notes.append("\(account.name): the platform proves nothing: whoever finds the address can post")
        }
        if account.window == nil {
            report.notes.append(
                "\(account.name): requests are good for ever; only their message ids keep a repeated one from counting")
        }
    }

    // MARK: As they were

    private mutating func recorded() async -> [Sample] {
        var samples: [Sample] = []
        var asExpected = 0
        for (name, ids) in account.requests.sorted(by: { $0.key < $1.key }) {
            guard let request = bench.source.fixture(name) else {
                fail("fixtures/\(name) is no recorded request")
                continue
            }
            switch await receive(request, open()) {
            case .taken(let taken):
                samples.append(Sample(name: name, request: request, taken: taken, isRecorded: true))
                if let ids, ids != taken.ids {
                    fail("\(name): expected messages \(ids), found \(taken.ids)")
                } else {
                    asExpected += 1
                }
            case .refused(let status, let reason): fail("\(name): refused with \(status) \(reason)")
            case .failed(let text): fail("\(name): \(text)")
            }
        }
        check("recorded", "\(account.requests.count) requests, \(asExpected) taken as expected")
        return samples
    }

    private mutating func refusals() async {
        var refused = 0
        for (name, status) in account.refusals.sorted(by: { $0.key < $1.key }) {
            guard let request = bench.source.fixture(name) else {
                fail("fixtures/\(name) is no recorded request")
                continue
            }
            // After the genuine ones: some attacks repeat the signature of one.
            let channel = open()
            for genuine in account.requests.keys.sorted() {
                if let request = bench.source.fixture(genuine) { _ = await receive(request, channel) }
            }
            switch await receive(request, channel) {
            case .refused(let found, let reason):
                if let status, status != found { fail("\(name): expected status \(status), found \(found) \(reason)") }
                refused += 1
            case .taken(let taken) where status == nil && taken.isNothing: refused += 1
            case .taken(let taken): fail("\(name): taken, with messages \(taken.ids); it must be refused")
            case .failed(let text): fail("\(name): \(text)")
            }
        }
        if !account.refusals.isEmpty { check("attacks", "\(account.refusals.count) requests, \(refused) refused") }
    }

    private mutating func simulated() async -> [Sample] {
        var samples: [Sample] = []
        let channel = open()
        var occasions = (1...4).map { Self.occasion($0, customer: 1 + $0 % 2) }
        occasions.append(Self.occasion(5, customer: 3, kind: "image"))
        occasions.append(Self.occasion(6, customer: 3, kind: "enter"))
        for occasion in occasions {
            for request in await simulate(occasion, channel) ?? [] {
                let name = "simulated \(occasion["kind"]?.string ?? "") \(samples.count + 1)"
                switch await receive(request, channel) {
                case .taken(let taken): samples.append(Sample(name: name, request: request, taken: taken, isRecorded: false))
                case .refused(let status, let reason): fail("\(name): refused with \(status) \(reason)")
                case .failed(let text): fail("\(name): \(text)")
                }
            }
        }
        if !samples.isEmpty { check("simulated", "\(samples.count) requests taken") }
        return samples
    }

    // MARK: Again, and in other orders

    private mutating func duplicated(_ samples: [Sample]) async {
        var same = 0
        for sample in samples {
            let channel = open()
            var first: Taken?
            for pause in [0, 0, 1, 5, 15] as [Int64] {
                bench.clock.advance(by: .seconds(pause))
                switch await receive(sample.request, channel) {
                case .taken(let taken):
                    // The answer may tell the time.
                    if let first, pause == 0 ? first.response != taken.response : first.response.status != taken.response.status {
                        fail("\(sample.name), sent again after \(pause) s: answered differently")
                    } else if !taken.means(sample.taken) {
                        fail("\(sample.name), sent again: expected \(sample.taken.ids), found \(taken.ids)")
                    } else {
                        same += 1
                    }
                    first = first ?? taken
                case .refused(let status, let reason): fail("\(sample.name), sent again: refused with \(status) \(reason)")
                case .failed(let text): fail("\(sample.name), sent again: \(text)")
                }
            }
            bench.clock.set(account.start)
        }
        check("duplicated", "\(samples.count * 5) requests, \(same) with the same messages and answer")
    }

    private mutating func reordered(_ samples: [Sample]) async {
        guard samples.count > 1 else { return }
        var random = SeededRandom(seed: bench.options.seed)
        let orders = 8
        // Customers' messages come in any order; what a platform does with an order of its own is not tried.
        var right = 0
        for _ in 0..<orders {
            let channel = open()
            for sample in (samples + samples).shuffled(using: &random) {
                switch await receive(sample.request, channel) {
                case .taken(let taken) where taken.means(sample.taken): right += 1
                case .taken(let taken):
                    fail("\(sample.name), in another order: expected \(sample.taken.messages), found \(taken.messages)")
                case .refused(let status, let reason): fail("\(sample.name), in another order: refused with \(status) \(reason)")
                case .failed(let text): fail("\(sample.name), in another order: \(text)")
                }
            }
        }
        check("reordered", "\(orders) orders of \(samples.count * 2) requests, \(right) with the same messages")
    }

    // MARK: Damaged

    private mutating func damaged(_ samples: [Sample]) async {
        var random = SeededRandom(seed: bench.options.seed)
        var (tried, refused, harmless, changed) = (0, 0, 0, 0)
        // Of what simulate makes, one is enough: the rest differs in its words only.
        let first = samples.first { !$0.isRecorded }
        for sample in samples.filter(\.isRecorded) + (first.map { [$0] } ?? []) {
            let channel = open()
            _ = await receive(sample.request, channel)
            for damage in Damage.all(of: sample.request, limit: bench.bodyLimit, &random) {
                tried += 1
                switch await receive(damage.request, channel) {
                case .refused: refused += 1
                case .failed(let text): fail("\(sample.name), \(damage.name): \(text)")
                case .taken(let taken) where breaksProof(damage) && !taken.isNothing:
                    fail("\(sample.name), \(damage.name): taken although its proof is not genuine")
                case .taken(let taken) where taken.isNothing || taken.means(sample.taken): harmless += 1
                case .taken where mayChange(damage.place): changed += 1
                case .taken(let taken):
                    fail("\(sample.name), \(damage.name): taken with messages \(taken.ids), which the platform never sent")
                }
            }
            switch await receive(sample.request, channel) {
            case .taken(let taken) where taken.means(sample.taken): break
            case .taken(let taken): fail("\(sample.name), after all damage: expected \(sample.taken.ids), found \(taken.ids)")
            case .refused(let status, let reason): fail("\(sample.name), after all damage: refused with \(status) \(reason)")
            case .failed(let text): fail("\(sample.name), after all damage: \(text)")
            }
        }
        let more = changed > 0 ? ", \(changed) taken as another message, which this platform cannot prevent" : ""
        check("corrupted", "\(tried) requests, \(refused) refused, \(harmless) ignored or unchanged\(more)")
    }

    /// Whether it takes away what shows that the platform sent it. The same value twice, or in capitals, may still be the same proof.
    private func breaksProof(_ damage: Damage) -> Bool {
        account.proof.contains(damage.place) && !damage.name.hasSuffix("given twice") && !damage.name.hasSuffix("in another case")
    }

    /// Whether the platform leaves this part of a request unproven.
    private func mayChange(_ place: String) -> Bool {
        switch account.signed {
        case .body: false
        case .token: !account.proof.contains(place)
        case .nothing: true
        }
    }

    private mutating func otherKeys(_ samples: [Sample]) async {
        guard account.signed != .nothing else { return }
        let other = account.withOtherKeys(manifest)
        guard other != account.settings else { return }
        let foreign = open(other)
        let own = open()
        var (tried, refused) = (0, 0)
        for sample in samples where !sample.taken.isNothing {
            tried += 1
            switch await receive(sample.request, foreign) {
            case .refused: refused += 1
            case .failed(let text): fail("\(sample.name), to a channel with other keys: \(text)")
            case .taken(let taken) where taken.isNothing: refused += 1
            case .taken: fail("\(sample.name): taken by a channel whose secrets are others")
            }
        }
        for request in await simulate(Self.occasion(9, customer: 1), foreign) ?? [] {
            tried += 1
            switch await receive(request, own) {
            case .refused: refused += 1
            case .failed(let text): fail("a request made with other keys: \(text)")
            case .taken(let taken) where taken.isNothing: refused += 1
            case .taken: fail("a request made with other keys is taken")
            }
        }
        check("other keys", "\(tried) requests, \(refused) refused")
    }

    // MARK: Late

    private mutating func delayed(_ samples: [Sample]) async {
        let delays: [Int64] = [30, 60, 240, 600, 3600, 7200, 86_400, 3 * 86_400, 30 * 86_400]
        var (tried, taken, refused) = (0, 0, 0)
        for sample in samples where !sample.taken.isNothing {
            for delay in delays {
                bench.clock.set(account.start + .seconds(delay))
                let isGood = account.window.map { .seconds(delay) <= $0 } ?? true
                tried += 1
                switch await receive(sample.request, open()) {
                case .taken(let late) where isGood && late.means(sample.taken): taken += 1
                case .taken(let late) where isGood:
                    fail("\(sample.name), \(delay) s late: expected \(sample.taken.messages), found \(late.messages)")
                case .taken:
                    fail("\(sample.name), \(delay) s late: taken, though requests are good for \(account.window ?? .zero)")
                case .refused where !isGood: refused += 1
                case .refused(let status, let reason): fail("\(sample.name), \(delay) s late: refused with \(status) \(reason)")
                case .failed(let text): fail("\(sample.name), \(delay) s late: \(text)")
                }
            }
            // A server whose clock is behind: whatever the plugin thinks of it, it must not fail.
            for lead in [60, 86_400] as [Int64] {
                bench.clock.set(account.start - .seconds(lead))
                if case .failed(let text) = await receive(sample.request, open()) {
                    fail("\(sample.name), \(lead) s early: \(text)")
                }
            }
        }
        bench.clock.set(account.start)
        check("delayed", "\(tried) requests, \(taken) taken, \(refused) refused as too old")
    }

    // MARK: Genuine, but strange

    private mutating func strangeOccasions() async {
        let occasions: [(name: String, value: Value)] = [
            ("an empty text", ["text": ""]), ("a text of 60 KB", ["text": .string(String(repeating: "字", count: 20_000))]),
            ("a text with NUL", ["text": "a\u{0}b"]), ("a text of markup", ["text": "]]>&amp;<x>\"\\\n\r\u{2028}{{}}%s"]),
            ("a text with all kinds of characters", ["text": "e\u{301}👩‍👩‍👧‍👦\u{202e}abc\u{feff}\u{10ffff}"]),
            ("a text of open brackets", ["text": .string(String(repeating: "[{", count: 10_000))]),
            ("a kind of tomorrow", ["kind": "hologram"]), ("an event of tomorrow", ["kind": "event", "event": "teleported"]),
            ("the largest id", ["text": "a", "message_id": "18446744073709551615"]),
            ("a sender with a name of 600 letters", ["text": "a", "sender": .string(String(repeating: "s", count: 600))]),
            ("a check of the address", ["check": true]), ("a receipt", ["kind": "receipt"]),
        ]
        let channel = open()
        var (tried, taken) = (0, 0)
        for (name, value) in occasions {
            for request in await simulate(value, channel) ?? [] {
                tried += 1
                switch await receive(request, channel) {
                case .taken: taken += 1
                case .refused: break
                case .failed(let text): fail("\(name): \(text)")
                }
            }
        }
        if tried > 0 { check("strange", "\(tried) genuine requests, \(taken) taken, \(tried - taken) refused, none failed") }
    }
}
