// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Plugins

/// Where plugins are looked for.
struct PluginFolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folders of plugins. Default: plugins/ here, else the shipped ones.", valueName: "dir"))
    var plugins: [String] = []

    /// Those that are worked on.
    var folders: [String] {
        if !plugins.isEmpty { return plugins.map { URL(fileURLWithPath: $0).standardizedFileURL.path } }
        let here = FileManager.default.currentDirectoryPath + "/plugins"
        return FileManager.default.fileExists(atPath: here) ? [here] : ShippedFolders.plugins.map { [$0] } ?? []
    }

    /// The same and, where none were given, the shipped ones behind them: plugins here may use what those share.
    var reach: [String] { plugins.isEmpty ? Self.reach(of: folders, shipped: ShippedFolders.plugins) : folders }

    static func reach(of folders: [String], shipped: String?) -> [String] {
        guard let shipped, !folders.contains(where: { PluginCatalogue.same($0, shipped) }) else { return folders }
        return folders + [shipped]
    }
}

/// `luadesk plugin`: what an integrator does with plugins before they run.
struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "List, test and begin plugins.",
        discussion: """
              luadesk plugin list
              luadesk plugin new my-channel              a folder with a working channel, its test and README
              luadesk plugin test my-channel             its tests and the conformance run, offline
              luadesk plugin luacheck                    the names for luacheck: plugins/.luacheckrc
            plugins/README.md explains how a plugin is written.
            """,
        subcommands: [List.self, Test.self, New.self, Luacheck.self])

    struct Luacheck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the names that plugins can use into .luacheckrc, for luacheck.")
        @OptionGroup var folders: PluginFolderOptions

        func run() async throws {
            try await complaining {
                for folder in folders.folders {
                    let file = URL(fileURLWithPath: folder).appendingPathComponent(".luacheckrc")
                    try Data(try PluginNames.luacheckSettings().utf8).write(to: file, options: .atomic)
                    print("written  \(file.path)")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the plugins that a desk can load, by folder, with their settings if asked for.",
            discussion: """
                With --config exactly those that this desk loads. Else those of plugins/ here and the shipped ones behind them.
                """)
        @OptionGroup var folders: PluginFolderOptions
        @Option(help: ArgumentHelp("The desk's configuration: its plugins: is where it looks.", valueName: "file"))
        var config: String?
        @Flag(help: "Show what may be set.") var settings = false
        @Flag(help: "Show what each channel can do, as a table in Markdown.") var table = false

        func validate() throws {
            if config != nil, !folders.plugins.isEmpty { throw ValidationError("Give --config or --plugins, not both.") }
        }

        func run() async throws {
            try await complaining {
                let places = try config.map { try DeskConfiguration.pluginFolders(file: $0) } ?? folders.reach
                let problems = try await PluginCatalogue.withHost(places) { host in
                    if table {
                        print(PluginManifest.table(of: host.manifests()))
                    } else {
                        PluginListing(folders: places, manifests: host.manifests(), showsSettings: settings).print()
                        if config == nil, folders.plugins.isEmpty, places.count > 1 {
                            print(
                                "\nA desk loads all of these with plugins: [\(places.joined(separator: ", "))] in its configuration;"
                            )
                            print("without plugins: only the shipped ones. --config FILE lists those of one desk.")
                        }
                    }
                    return host.problems()
                }
                for problem in problems { complain("\(problem)") }
                for name in Set(problems.map(\.plugin)).sorted() {
                    for place in PluginCatalogue.hidden(behind: name, in: places) {
                        complain("\(name) stands in place of \(place)")
                    }
                }
                if !problems.isEmpty { throw ExitCode(1) }
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the tests and the conformance run of plugins, offline. Default: all of them.",
            discussion: """
                The conformance run replays each request of fixtures/ as it was, again, in other orders, damaged, signed with other
                keys and late, and lets send meet each answer a platform can give.
                """)
        @OptionGroup var folders: PluginFolderOptions
        @Argument(help: "Names of plugins.") var names: [String] = []
        @Flag(help: "Only the conformance run, with its whole report.") var conformance = false
        @Option(help: "What the damage of the conformance run is drawn from; the same number does the same.") var seed: UInt64 = 1

        func run() async throws {
            try await complaining {
                let places = folders.reach
                let all = try await PluginCatalogue.withHost(places) { host in
                    host.manifests().map(\.name) + host.problems().map(\.plugin)
                }
                let own = Set(folders.folders.flatMap(PluginCatalogue.names))
                var passed = 0
                var failures: [PluginProblem] = []
                for name in names.isEmpty ? own.intersection(all).sorted() : names {
                    guard all.contains(name) else {
                        throw Complaint("there is no plugin '\(name)'. \(ConfigurationReader.hint(name, all))")
                    }
                    if !conformance {
                        let report = await PluginTester(folders: places).run(name)
                        passed += report.passed.count
                        failures += report.failures
                    }
                    var options = Conformance.Options()
                    options.seed = seed
                    guard let report = await Conformance(folders: places, options: options).run(name) else { continue }
                    if conformance { print(report.text) }
                    passed += report.checks.count
                    failures += report.failures
                }
                if !conformance { for failure in failures { print(failure) } }
                print("\(passed) passed, \(failures.count) failed")
                if !failures.isEmpty { throw ExitCode(1) }
            }
        }
    }

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a channel plugin: a folder with code that works, a test and a README.")
        @Argument(help: "Its name: small letters, digits and '-'.") var name: String
        @Option(help: ArgumentHelp("The folder it goes into.", valueName: "dir")) var plugins = "plugins"
        @Flag(help: "Begin with a copy of the shipped plugin of this name; where both are found, yours takes its place.")
        var replace = false

        func run() async throws {
            try await complaining {
                let isName =
                    !name.isEmpty && name.count <= 64
                    && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
                guard isName else {
                    throw Complaint("'\(name)' is no name for a plugin: small letters, digits and '-', at most 64.")
                }
                let folder = URL(fileURLWithPath: plugins).standardizedFileURL.path + "/\(name)"
                guard !FileManager.default.fileExists(atPath: folder) else { throw Complaint("\(folder) is there already.") }
                try begin(in: folder)
                let parent = URL(fileURLWithPath: plugins).standardizedFileURL.path
                let shipped = ShippedFolders.plugins.flatMap { $0 == parent ? nil : $0 }
                // A copy may need what the shipped ones share.
                let folders = replace ? [parent] + (shipped.map { [$0] } ?? []) : plugins == "plugins" ? [] : [plugins]
                print("Try it: luadesk plugin test \(name)\(folders.map { " --plugins \($0)" }.joined())")
                if let shipped {
                    print("For a desk, in its configuration: plugins: [\(parent), \(shipped)]")
                }
            }
        }

        /// Writes the files, a new channel's or those of the shipped plugin of the same name.
        private func begin(in folder: String) throws {
            let shipped = try PluginCatalogue.shipped(name)
            if let shipped, !replace {
                throw Complaint(
                    """
                    '\(name)' ships with luadesk, in \(shipped). One of yours with that name would take its place in every desk that finds it \
                    first. Give yours another name; or, to change the shipped one for yourselves, say --replace: you get a copy of it.
                    """)
            }
            if shipped == nil, replace { throw Complaint("no plugin '\(name)' ships with luadesk: leave --replace out.") }
            if let shipped {
                try FileManager.default.createDirectory(
                    atPath: (folder as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: shipped, toPath: folder)
                return print("\(folder)\nIt takes the place of \(shipped), whatever a later version of luadesk mends there.")
            }
            for (path, text) in PluginTemplate.files(name: name) {
                let file = "\(folder)/\(path)"
                try FileManager.default.createDirectory(
                    atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try text.write(toFile: file, atomically: true, encoding: .utf8)
                print(file)
            }
        }
    }
}
