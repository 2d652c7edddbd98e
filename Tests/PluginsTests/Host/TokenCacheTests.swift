// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

@Suite struct TokenCacheTests {
    private let clock = ManualClock()
    private let key = TokenCache.Key(channel: "c", name: "access_token")
    private var soon: ContinuousClock.Instant { .now + .seconds(30) }

    @Test("the first asks the platform, the others wait and get the same") func singleFlight() async {
        let cache = TokenCache(clock: clock.now)
        #expect(await cache.get(key, call: 1, until: soon) == .fetch(stale: nil))
        async let second = cache.get(key, call: 2, until: soon)
        async let third = cache.get(key, call: 3, until: soon)
        while cache.waiting(key) < 2 { await Task.yield() }
        cache.put(key, call: 1, value: "T", life: .seconds(7200))
        #expect(await [second, third] == [.value("T"), .value("T")])
        #expect(await cache.get(key, call: 4, until: soon) == .value("T"))
    }

    @Test("a token ends five minutes early, a short one a tenth of its life early", arguments: [(7200, 6900), (600, 540)])
    func ends(_ life: Int, _ early: Int) async {
        let cache = TokenCache(clock: clock.now)
        _ = await cache.get(key, call: 1, until: soon)
        cache.put(key, call: 1, value: "T", life: .seconds(life))
        clock.advance(by: .seconds(early - 1))
        #expect(await cache.get(key, call: 2, until: soon) == .value("T"))
        clock.advance(by: .seconds(1))
        #expect(await cache.get(key, call: 3, until: soon) == .fetch(stale: nil))
    }

    @Test("a token is dropped only if it still is that one") func drop() async {
        let cache = TokenCache(clock: clock.now)
        _ = await cache.get(key, call: 1, until: soon)
        cache.put(key, call: 1, value: "new", life: .seconds(7200))
        cache.drop(key, value: "old")
        #expect(await cache.get(key, call: 2, until: soon) == .value("new"))
        cache.drop(key, value: "new")
        #expect(await cache.get(key, call: 3, until: soon) == .fetch(stale: "new"))
    }

    @Test("who waits hears of a failure, also when the fetching call dies") func failures() async {
        let cache = TokenCache(clock: clock.now)
        _ = await cache.get(key, call: 1, until: soon)
        async let second = cache.get(key, call: 2, until: soon)
        while cache.waiting(key) < 1 { await Task.yield() }
        cache.finish(call: 1)
        #expect(await second == .failure(message: "the access token could not be fetched", code: "token"))
        #expect(await cache.get(key, call: 3, until: soon) == .fetch(stale: nil))
        cache.put(key, call: 1, value: "late", life: .seconds(60))
        cache.fail(key, call: 3, message: "no", code: "configuration")
        #expect(await cache.get(key, call: 4, until: soon) == .fetch(stale: nil))
    }

    @Test("nobody waits beyond his own deadline") func deadline() async {
        let cache = TokenCache(clock: clock.now)
        _ = await cache.get(key, call: 1, until: soon)
        let answer = await cache.get(key, call: 2, until: .now + .milliseconds(20))
        #expect(answer == .failure(message: "the access token did not come in time", code: "timeout"))
        #expect(cache.waiting(key) == 0)
        cache.put(key, call: 1, value: "T", life: .seconds(60))
    }
}
