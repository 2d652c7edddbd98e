// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

/// A floor of the house; each knows only the floors below it.
func floor(
    _ name: String, on below: [Target.Dependency] = [], _ packages: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: below + packages, resources: resources, swiftSettings: strict)
}

func tests(of name: String, _ more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + more, exclude: exclude, swiftSettings: strict)
}

#if arch(arm64)
let multiarch = "aarch64-linux-gnu"
#else
let multiarch = "x86_64-linux-gnu"
#endif
let gmimeHeaders = ["/usr/include/gmime-3.0", "/usr/include/glib-2.0", "/usr/lib/\(multiarch)/glib-2.0/include"]

let logging = product("Logging", "swift-log")
let metrics = product("Metrics", "swift-metrics")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let crypto = product("Crypto", "swift-crypto")
let nio = product("NIOCore", "swift-nio")

var targets: [Target] = [
    // System libraries, and the C shims over them.
    .systemLibrary(name: "CLua54", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLua", dependencies: ["CLua54"]),
    // Not through pkg-config: its files for libetpan and GMime hold flags that the package manager warns of.
    .target(
        name: "CMail", dependencies: ["CCrypto"], cSettings: [.unsafeFlags(gmimeHeaders.flatMap { ["-isystem", $0] })],
        linkerSettings: ["etpan", "gmime-3.0", "gobject-2.0", "glib-2.0", "curl", "ssl", "crypto"].map {
            .linkedLibrary($0)
        }),
    .target(name: "COpenSSL", dependencies: ["CCrypto"]),

    // The floors, from the ground up.
    floor("Desk"),
    floor("Lua", on: ["CLua", "Desk"]),
    floor("Journal", on: ["Desk", "COpenSSL"], [product("GRDB", "GRDB.swift"), crypto, logging]),
    floor("Rules", on: ["Lua", "Desk"], [crypto], resources: [.embedInCode("Prelude")]),
    floor(
        "Plugins", on: ["Lua", "Desk", "COpenSSL"],
        [product("AsyncHTTPClient", "async-http-client"), nio, product("NIOHTTP1", "swift-nio"), logging],
        resources: [.embedInCode("Prelude")]),
    floor("Answers", on: ["Desk"]),
    floor("Mail", on: ["CMail", "Desk"]),
    floor("Insight", on: ["Desk"]),
    floor(
        "Engine", on: ["Desk", "Lua", "Journal", "Rules", "Plugins", "Answers", "Insight", "Mail"],
        [logging, metrics, lifecycle, crypto]),
    floor(
        "Server", on: ["Engine"],
        [
            crypto, product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
            product("HummingbirdTLS", "hummingbird"), nio, product("NIOPosix", "swift-nio"),
            product("NIOHTTP1", "swift-nio"), product("NIOWebSocket", "swift-nio"),
            product("NIOHTTPTypes", "swift-nio-extras"), product("NIOHTTPTypesHTTP1", "swift-nio-extras"),
            product("HTTPTypes", "swift-http-types"), product("NIOSSL", "swift-nio-ssl"), lifecycle, metrics, logging,
        ],
        resources: [.embedInCode("Pages")]),
    .executableTarget(
        name: "luadesk",
        dependencies: [
            "Server", product("ArgumentParser", "swift-argument-parser"), product("Yams", "Yams"), lifecycle,
            product("UnixSignals", "swift-service-lifecycle"), logging, metrics, crypto,
            product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
            product("AsyncHTTPClient", "async-http-client"), nio, product("NIOHTTP1", "swift-nio"),
            product("NIOSSL", "swift-nio-ssl"),
        ],
        // Files to copy, found as ShippedFolders says; no sources.
        exclude: ["Init/Scenes"], swiftSettings: strict),

    // For apps; knows nothing of the rest, nor of any package.
    .target(
        name: "LuaDeskClient", path: "plugins/live/clients/swift/Sources/LuaDeskClient", swiftSettings: strict),

    // `make bench`: the figures in README, each beside its reference.
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
    .executableTarget(
        name: "luadesk-bench",
        dependencies: [
            "Desk", "Lua", "Rules", "Journal", "Insight", "CAllocations", product("Hummingbird", "hummingbird"), nio,
            product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            product("AsyncHTTPClient", "async-http-client"), product("ArgumentParser", "swift-argument-parser"), crypto,
            product("CryptoExtras", "swift-crypto"), logging,
        ],
        path: "Benchmarks", exclude: ["CAllocations"], swiftSettings: strict),

    tests(of: "Desk"), tests(of: "Lua"), tests(of: "Journal"), tests(of: "Rules", ["Answers", "Insight"]),
    tests(of: "Plugins", exclude: ["Fixtures", "Vectors"]),
    .target(name: "MailServers", dependencies: ["Mail"], path: "Tests/MailServers", swiftSettings: strict),
    tests(of: "Mail", [crypto, "MailServers"], exclude: ["Vectors"]),
    tests(of: "Answers"), tests(of: "Insight"), tests(of: "Engine", ["Mail", "MailServers"]),
    tests(of: "Server", [product("NIOSSL", "swift-nio-ssl"), "MailServers"]),
    tests(
        of: "luadesk",
        [
            product("AsyncHTTPClient", "async-http-client"), nio, product("NIOPosix", "swift-nio"),
            product("NIOHTTP1", "swift-nio"), crypto, "LuaDeskClient", "MailServers",
        ]),
    tests(of: "LuaDeskClient"),
]

// While one floor is being worked on: ONLY=Desk,Lua,LuaTests swift test builds nothing else.
if let only = Context.environment["ONLY"]?.split(separator: ",").map(String.init) {
    targets = targets.filter { only.contains($0.name) || $0.name.hasPrefix("C") }
}

let package = Package(
    name: "luadesk",
    // The server is for macOS and Linux; the others are LuaDeskClient's.
    platforms: [.macOS(.v15), .iOS(.v17), .tvOS(.v17), .watchOS(.v10), .visionOS(.v1)],
    products: targets.contains { $0.name == "LuaDeskClient" }
        ? [.library(name: "LuaDeskClient", targets: ["LuaDeskClient"])] : [],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: targets
)
