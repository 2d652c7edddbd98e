// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

@Suite struct PluginTesterTests {
    @Test("the tests of every shipped plugin pass", arguments: ["wechat-miniprogram", "shop"])
    func shipped(_ name: String) async {
        let report = await PluginTester(folders: [Folder.shipped]).run(name)
        #expect(report.failures == [])
        #expect(!report.passed.isEmpty)
    }
}
