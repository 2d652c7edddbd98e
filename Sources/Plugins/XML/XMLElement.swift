// SPDX-License-Identifier: Apache-2.0
import Desk

/// An element as the platform sent it: repeated children stay repeated, in order.
package struct XMLElement: Sendable, Hashable {
    package var name: String
    package var attributes: [(name: String, value: String)] = []
    /// Text and CDATA joined; white space around CDATA and around bare text is not part of it.
    package var text = ""
    package var children: [XMLElement] = []

    package init(_ name: String) { self.name = name }

    package static func == (a: XMLElement, b: XMLElement) -> Bool {
        a.name == b.name && a.text == b.text && a.children == b.children
            && a.attributes.elementsEqual(b.attributes) { $0.name == $1.name && $0.value == $1.value }
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(name); hasher.combine(text); hasher.combine(children.count) }

    /// The tree as plugins get it from `xml.parse`: `{name, text, attributes?, children?}`.
    var tree: Value {
        var value: Value = ["name": .string(name), "text": .string(text)]
        if !attributes.isEmpty {
            value["attributes"] = .object(.init(unchecked: attributes.map { .init($0.name, .string($0.value)) }))
        }
        if !children.isEmpty { value["children"] = .array(children.map(\.tree)) }
        return value
    }

    /// The content as `xml.object` gives it: a leaf is its text, other elements are objects of their children by name, a repeated
    /// name is an array in document order.
    var content: Value {
        guard !children.isEmpty else { return .string(text) }
        var order: [String] = []
        var byName: [String: [Value]] = [:]
        for child in children {
            if byName[child.name] == nil { order.append(child.name) }
            byName[child.name, default: []].append(child.content)
        }
        return .object(
            .init(
                unchecked: order.map { name in
                    let values = byName[name] ?? []
                    return .init(name, values.count == 1 ? values[0] : .array(values))
                }))
    }
}
