// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes
import Testing

@testable import Server

@Suite("The OpenAPI document")
struct OpenAPITests {
    private let document = OpenAPI.document(Route.all, version: "1.2.3")

    @Test("has every route, and nothing that is not one") func routes() {
        var written: Set<String> = []
        for path in document["paths"]?.object?.pairs ?? [] where !path.name.hasPrefix("/hooks/") {
            for operation in path.value.object?.pairs ?? [] { written.insert("\(operation.name) \(path.name)") }
        }
        #expect(written == Set(Route.all.map { "\($0.method.rawValue.lowercased()) \($0.path)" }))
    }

    @Test("names each operation once, declares each path parameter, and points only at what is there") func whole() {
        var ids: Set<String> = []
        for path in document["paths"]?.object?.pairs ?? [] {
            let inPath = Set(
                path.name.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
            for operation in path.value.object?.pairs ?? [] {
                let isNew = ids.insert(operation.value["operationId"]?.string ?? "").inserted
                #expect(isNew, "\(path.name) \(operation.name)")
                #expect(operation.value["summary"]?.string?.isEmpty == false)
                #expect(operation.value["responses"]?.object?.isEmpty == false)
                let parameters = operation.value["parameters"]?.array ?? []
                #expect(Set(parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }) == inPath, "\(path.name)")
                #expect(parameters.filter { $0["in"] == "path" }.allSatisfy { $0["required"] == true })
                let names = parameters.map { "\($0["in"]?.string ?? "") \($0["name"]?.string ?? "")" }
                #expect(Set(names).count == names.count, "\(path.name)")
                for parameter in parameters { #expect(parameter["schema"] != nil) }
            }
        }
        for reference in references(document) {
            let parts = reference.dropFirst(2).split(separator: "/").joined(separator: ".")
            #expect(reference.hasPrefix("#/") && document.at(parts) != nil, "\(reference)")
        }
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["version"] == "1.2.3")
    }

    private func references(_ value: Value) -> [String] {
        switch value {
        case .array(let items): items.flatMap(references)
        case .object(let fields): fields.pairs.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references($0.value) }
        default: []
        }
    }

    @Test("every schema is one: types that exist, required fields that are described") func schemas() {
        func check(_ schema: Value, _ place: String) {
            if let type = schema["type"]?.string {
                #expect(["string", "integer", "number", "boolean", "array", "object", "null"].contains(type), "\(place)")
                if type == "array" { #expect(schema["items"] != nil, "\(place)") }
            }
            let properties = schema["properties"]?.object?.pairs ?? []
            for name in schema["required"]?.array ?? [] {
                #expect(properties.contains { $0.name == name.string }, "\(place).\(name)")
            }
            for property in properties { check(property.value, "\(place).\(property.name)") }
            if let items = schema["items"] { check(items, "\(place)[]") }
        }
        for schema in document["components"]?["schemas"]?.object?.pairs ?? [] { check(schema.value, schema.name) }
    }

    @Test("its examples are what the routes take") func examples() {
        for route in Route.all {
            guard let example = route.example else { continue }
            #expect(route.body?.violations(of: example) == [], "\(route.id)")
        }
    }

    @Test("says who may call: the same as the router asks") func security() {
        for route in Route.all {
            let operation = document["paths"]?[route.path]?[route.method.rawValue.lowercased()]
            #expect((operation?["security"] == []) == (route.access == .open), "\(route.id)")
        }
    }
}
