// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Plugins

@Suite struct AnnotationTests {
    @Test("plugins/meta/host.lua and plugins/README.md tell of exactly the functions there are") func complete() throws {
        let meta = try String(contentsOfFile: Folder.shipped + "/meta/host.lua", encoding: .utf8)
        let readme = try String(contentsOfFile: Folder.shipped + "/README.md", encoding: .utf8)
        let told = Set(
            meta.split(separator: "\n").filter { $0.hasPrefix("function ") }.map { String($0.dropFirst(9).prefix { $0 != "(" }) })
        let host = Set(PluginState.hostNames().filter { !$0.hasPrefix("__") })
        // Written in Lua, in the prelude.
        let prelude: Set = [
            "token.get", "token.drop", "sent", "retry", "held", "failed", "misconfigured", "accept", "refuse", "array",
        ]
        #expect(told == host.union(prelude))
        let there = try PluginNames.globals()
        for name in told {
            let parts = name.split(separator: ".").map(String.init)
            #expect(parts.count == 1 ? there[name] != nil : there[parts[0]]?.contains(parts[1]) == true, "\(name)")
        }
        for name in told {
            let last = name.split(separator: ".").last.map(String.init) ?? name
            #expect(
                readme.contains(name) || readme.contains(".\(last)") || readme.contains("/\(last)"),
                "\(name) is not in the README")
        }
    }

    @Test("plugins/.luacheckrc is as it would be made now: luadesk plugin luacheck") func luacheck() throws {
        let text = try String(contentsOfFile: Folder.shipped + "/.luacheckrc", encoding: .utf8)
        #expect(text == (try PluginNames.luacheckSettings()))
    }
}
