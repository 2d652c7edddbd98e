// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

@Suite struct PluginLoadingTests {
    @Test("the shipped plugins load without a problem") func shipped() async {
        let host = await PluginHost.shared.value
        #expect(host.problems() == [])
        #expect(Set(host.manifests().map(\.name)).isSuperset(of: ["shop", "wechat-miniprogram"]))
    }
}
