// SPDX-License-Identifier: Apache-2.0
import Desk

/// Reads the files under `data/`.
enum DataFile {
    /// - Parameter shown: the path for messages.
    static func read(_ bytes: [UInt8], ending: String, shown: String) -> Result<Value, RuleProblem> {
        let bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        if ending == "csv" { return csv(bytes, shown: shown) }
        do { return .success(try Value(json: bytes)) } catch {
            return .failure(
                RuleProblem(code: "data", file: shown, line: line(of: error, in: bytes), message: "no valid JSON: \(error)"))
        }
    }

    private static func line(of error: JSONError, in bytes: [UInt8]) -> Int {
        1 + bytes.prefix(error.offset).count { $0 == 0x0a }
    }

    /// RFC 4180: a head line with names, quoted fields with `""`; gives a list of objects with texts.
    private static func csv(_ bytes: [UInt8], shown: String) -> Result<Value, RuleProblem> {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(
                RuleProblem(code: "data", file: shown, message: "the file is no valid UTF-8", hint: "save it as UTF-8"))
        }
        var rows: [(line: Int, fields: [String])] = []
        var row: [String] = [], field = "", line = 1, firstLine = 1
        var isQuoted = false, wasQuoted = false
        func endField() { row.append(field); field = ""; wasQuoted = false }
        func endRow() {
            endField()
            if row != [""] { rows.append((firstLine, row)) }
            row = []
            firstLine = line + 1
        }
        var characters = text.makeIterator()
        var pushed: Character?
        while let character = pushed ?? characters.next() {
            pushed = nil
            if isQuoted {
                if character == "\"" {
                    let next = characters.next()
                    if next == "\"" { field.append("\"") } else { isQuoted = false; pushed = next }
                } else {
                    if character.isNewline { line += 1 }
                    field.append(character)
                }
                continue
            }
            switch character {
            case "\"" where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case ",": endField()
            case "\n", "\r\n": endRow(); line += 1
            default: field.append(character)
            }
        }
        if isQuoted { return .failure(RuleProblem(code: "data", file: shown, line: firstLine, message: "a quote is not closed")) }
        if !field.isEmpty || !row.isEmpty { endRow() }
        guard let head = rows.first else { return .success(.array([])) }
        guard Set(head.fields).count == head.fields.count else {
            return .failure(RuleProblem(code: "data", file: shown, line: 1, message: "two columns have the same name"))
        }
        var items: [Value] = []
        for row in rows.dropFirst() {
            guard row.fields.count == head.fields.count else {
                return .failure(
                    RuleProblem(
                        code: "data", file: shown, line: row.line,
                        message: "\(row.fields.count) fields where the head line has \(head.fields.count)"))
            }
            items.append(.object(.init(unchecked: zip(head.fields, row.fields).map { .init($0, .string($1)) })))
        }
        return .success(.array(items))
    }
}
