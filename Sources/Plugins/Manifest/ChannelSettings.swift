// SPDX-License-Identifier: Apache-2.0
import Desk

extension SettingField {
    /// What is wrong with a value of this setting, as a sentence; nil if nothing is. Never repeats the value of a secret.
    func complaint(about value: Value) -> String? {
        switch (type, value) {
        case (.string, .string(let text)): return complaint(aboutText: text)
        case (.integer, .int), (.boolean, .bool): return nil
        case (.choice, .string(let text)):
            guard !choices.contains(text) else { return nil }
            return "'\(text)' is none of \(choices.joined(separator: ", "))"
        case (.url, .string(let text)):
            return WebAddress(text) == nil ? "must be an address such as https://api.example.com" : nil
        case (.string, _): return "must be a text"
        case (.integer, _): return "must be a whole number"
        case (.boolean, _): return "must be true or false"
        case (.choice, _): return "must be one of \(choices.joined(separator: ", "))"
        case (.url, _): return "must be an address such as https://api.example.com"
        }
    }

    private func complaint(aboutText text: String) -> String? {
        if let length, text.utf8.count != length { return "must have \(length) characters, has \(text.utf8.count)" }
        if let alphabet, !text.utf8.allSatisfy({ alphabet.holds($0) }) { return "may hold only \(alphabet.words)" }
        return nil
    }
}

extension PluginManifest {
    /// The settings of a channel, checked and with the defaults filled in.
    /// - Throws: the first problem, with the setting's name and what to do.
    package func settings(checking given: Value) throws(PluginProblem) -> Value {
        guard let object = given.object else { throw PluginProblem(plugin: name, "settings: must be a table") }
        let names = settings.map(\.name)
        for pair in object.pairs where !names.contains(pair.name) {
            throw PluginProblem(plugin: name, "settings.\(pair.name): unknown\(Spelling.hint(pair.name, among: names))")
        }
        var out = Value.Fields()
        for field in settings {
            // The subscript of Value, unlike that of its fields, takes null as absent.
            guard let value = given[field.name] ?? field.default else { continue }
            if let complaint = field.complaint(about: value) {
                throw PluginProblem(plugin: name, "settings.\(field.name): \(complaint)")
            }
            out[field.name] = value
        }
        for field in settings where out[field.name] == nil || out[field.name] == .string("") {
            let asked = field.requiredWhen.contains { other, values in
                out[other]?.string.map(values.contains) ?? false
            }
            guard field.required || asked else { continue }
            let hint = field.secret ? "Set it, or give env:NAME or file:PATH" : "Set it"
            throw PluginProblem(
                plugin: name, "settings.\(field.name): missing. \(hint)\(field.help.isEmpty ? "" : " (\(field.help))")")
        }
        return .object(out)
    }
}
