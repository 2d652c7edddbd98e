// SPDX-License-Identifier: Apache-2.0
import Desk

extension HookRequest {
    /// The request as `receive` gets it. A parameter that is given twice is a list in `query`; the values of a repeated header are joined with
    /// a comma, as RFC 9110 section 5.3 has it, so that two signatures are none.
    var value: Value {
        var names = Value.Fields()
        for header in headers.prefix(64) {
            let before = names[header.name]?.utf8.map { $0 + Array(", ".utf8) } ?? []
            names[header.name] = Value(lua: before + Array(header.value.utf8))
        }
        return [
            "method": .string(method), "path": .string(path), "query": PercentCoding.query(query),
            "raw_query": Value(lua: Array(query.utf8)), "headers": .object(names), "body": Value(lua: body),
        ]
    }

    /// What `simulate` made.
    init(_ value: Value, channel: String) {
        self.init(
            method: value["method"]?.string ?? "POST", path: value["path"]?.string ?? "/hooks/\(channel)",
            query: value["query"]?.string ?? "",
            headers: (value["headers"]?.object?.pairs ?? []).map { ($0.name.lowercased(), $0.value.string ?? "") },
            body: value["body"]?.utf8 ?? [])
    }
}
