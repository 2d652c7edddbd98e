// SPDX-License-Identifier: Apache-2.0
import Desk

/// One way to configure a plugin's channel, with what its platform posts then: an entry of `fixtures/conformance.json`.
struct ConformanceAccount: Sendable {
    /// What of a request the platform vouches for.
    enum Signed: String, Sendable, CaseIterable {
        /// All that becomes a message.
        case body
        /// Only that the sender knows a secret, which stands in `proof`: the body could be changed on the way.
        case token
        /// Nothing: whoever finds the address can post.
        case nothing
    }

    var name: String
    /// For the report: what is special about it.
    var note: String?
    var settings: Value
    var signed = Signed.body
    /// Where the secret stands: `query:signature`, `header:x-telegram-bot-api-secret-token`.
    var proof: Set<String> = []
    /// How long a request is good after it was made; nil: for ever.
    var window: Duration?
    /// When the recorded requests came.
    var start = Instant(seconds: 1_767_225_600)
    /// File → the external ids of its messages in order; nil: any.
    var requests: [String: [String]?] = [:]
    /// Files that must be refused → with which status; nil: any 4xx.
    var refusals: [String: Int?] = [:]
    var simulates = true
    /// Whether `send` is tried with this account.
    var sends = true
    /// Case → outcomes that are right for this platform where the usual ones are not.
    var outcomes: [String: Set<String>] = [:]

    /// The accounts of a plugin: those of its `fixtures/conformance.json`, else one with made-up settings and every recorded request.
    /// - Throws: what is wrong with the file.
    static func all(of source: PluginSource, _ manifest: PluginManifest) throws(PluginProblem) -> [ConformanceAccount] {
        let files = source.fixtures()
        guard let bytes = source.fixtureBytes("conformance.json") else {
            var account = ConformanceAccount(name: "made up", settings: invented(for: manifest))
            for file in files {
                if file.hasPrefix("attack") {
                    account.refusals[file] = .some(nil)
                } else {
                    account.requests[file] = .some(nil)
                }
            }
            return [account]
        }
        let path = "plugins/\(source.name)/fixtures/conformance.json"
        func problem(_ text: String) -> PluginProblem { PluginProblem(plugin: source.name, file: path, text) }
        let value: Value
        do { value = try Value(json: bytes) } catch { throw problem("\(error)") }
        guard let items = value["accounts"]?.array, !items.isEmpty else { throw problem("accounts: must be a list") }
        var accounts: [ConformanceAccount] = []
        for (index, item) in items.enumerated() {
            do { accounts.append(try ConformanceAccount(item)) } catch { throw problem("accounts[\(index)].\(error)") }
        }
        let told = Set(accounts.flatMap { Array($0.requests.keys) + Array($0.refusals.keys) })
        if let missing = told.subtracting(files).min() { throw problem("there is no request in fixtures/\(missing)") }
        if let extra = Set(files).subtracting(told).min() { throw problem("fixtures/\(extra) is named by no account") }
        return accounts
    }

    private static let names = [
        "name", "note", "settings", "signs", "proof", "window", "at", "requests", "refuses", "simulates", "sends", "outcomes",
    ]

    private init(name: String, settings: Value) {
        self.name = name
        self.settings = settings
    }

    private init(_ value: Value) throws {
        for pair in value.object?.pairs ?? [] where !Self.names.contains(pair.name) {
            throw ShapeError("\(pair.name): unknown\(Spelling.hint(pair.name, among: Self.names))")
        }
        guard let settings = value["settings"], settings.object != nil else { throw ShapeError("settings: must be a table") }
        self.init(name: value["name"]?.string ?? "account", settings: settings)
        if let text = value["signs"]?.string {
            guard let known = Signed(rawValue: text) else { throw ShapeError("signs: must be body, token or nothing") }
            signed = known
        }
        note = value["note"]?.string
        proof = Set(value["proof"]?.array?.compactMap(\.string) ?? [])
        if signed == .token, proof.isEmpty { throw ShapeError("proof: say where the token stands, as [\"header:x-token\"]") }
        window = value["window"]?.int.map { .seconds($0) }
        if let seconds = value["at"]?.int { start = Instant(seconds: seconds) }
        for pair in value["requests"]?.object?.pairs ?? [] {
            guard let ids = pair.value.array?.map({ $0.string ?? "" }) else {
                throw ShapeError("requests.\(pair.name): must be a list")
            }
            requests[pair.name] = ids
        }
        for pair in value["refuses"]?.object?.pairs ?? [] {
            guard let status = pair.value.int, (400...499).contains(status) else {
                throw ShapeError("refuses.\(pair.name): must be a status from 400 to 499")
            }
            refusals[pair.name] = Int(status)
        }
        simulates = value["simulates"]?.bool ?? true
        sends = value["sends"]?.bool ?? true
        for pair in value["outcomes"]?.object?.pairs ?? [] {
            outcomes[pair.name] = Set(pair.value.array?.compactMap(\.string) ?? [])
        }
    }

    /// Settings that satisfy a manifest, for plugins that say nothing.
    private static func invented(for manifest: PluginManifest) -> Value {
        var out = Value.Fields()
        for field in manifest.settings where field.default == nil && (field.required || !field.requiredWhen.isEmpty) {
            switch field.type {
            case .string:
                let text = String(repeating: "Conformance0", count: 8)
                out[field.name] = .string(field.length.map { String(text.prefix($0)) } ?? "Conformance0")
            case .integer: out[field.name] = 1
            case .boolean: out[field.name] = true
            case .choice: out[field.name] = .string(field.choices.first ?? "")
            case .url: out[field.name] = "https://platform.example.com"
            }
        }
        return .object(out)
    }

    /// The same account with other secrets: somebody else's, or a forger's.
    func withOtherKeys(_ manifest: PluginManifest) -> Value {
        var out = settings.object ?? .init()
        for field in manifest.settings where field.secret {
            guard let text = out[field.name]?.string, !text.isEmpty, !text.contains("PRIVATE KEY") else { continue }
            // The first character: those at the end of a key may only fill it up.
            out[field.name] = .string((text.first == "Q" ? "R" : "Q") + text.dropFirst())
        }
        return .object(out)
    }
}

extension PluginSource {
    /// The recorded requests, by name.
    func fixtures() -> [String] { Self.names(in: folder + "/fixtures").filter { $0.hasSuffix(".http") }.sorted() }
}
