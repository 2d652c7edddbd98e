// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import GRDBSQLite

/// A value on its way into a column.
enum Cell {
    case number(Int64?)
    case text(String?)
    case blob(Data?)
}

/// The commit path's own way to run a prepared statement: GRDB's arguments box every value, which took a quarter of the
/// writer's time (perf, 256 appenders).
extension Database {
    /// - Parameter isRepeated: compiled once and kept; only for words that are the same each time, for nothing is ever forgotten.
    func statement(_ sql: String, _ isRepeated: Bool) throws -> Statement {
        try isRepeated ? cachedStatement(sql: sql) : makeStatement(sql: sql)
    }

    /// Runs a statement that returns no rows.
    func run(_ sql: String, _ cells: Cell...) throws {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        try bind(cells, to: statement)
        defer { sqlite3_reset(statement) }
        try expect(sqlite3_step(statement), SQLITE_DONE)
    }

    /// The first row's whole numbers; nil if there is no row.
    func numbers(_ sql: String, _ cells: Cell...) throws -> [Int64]? {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        try bind(cells, to: statement)
        defer { sqlite3_reset(statement) }
        let code = sqlite3_step(statement)
        if code == SQLITE_DONE { return nil }
        try expect(code, SQLITE_ROW)
        return (0..<sqlite3_column_count(statement)).map { sqlite3_column_int64(statement, $0) }
    }

    private func bind(_ cells: [Cell], to statement: OpaquePointer) throws {
        // A statement that another error left in the middle must begin anew before it takes values.
        sqlite3_reset(statement)
        for (index, cell) in cells.enumerated() {
            let place = Int32(index + 1)
            let code =
                switch cell {
                case .number(let number?): sqlite3_bind_int64(statement, place, number)
                case .text(var text?):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text(statement, place, $0.baseAddress, Int32($0.count), Self.copied)
                        }
                    }
                case .blob(let data?):
                    data.withUnsafeBytes { sqlite3_bind_blob(statement, place, $0.baseAddress, Int32($0.count), Self.copied) }
                case .number(nil), .text(nil), .blob(nil): sqlite3_bind_null(statement, place)
                }
            try expect(code, SQLITE_OK)
        }
    }

    private func expect(_ code: Int32, _ wanted: Int32) throws {
        guard code != wanted else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage)
    }

    /// SQLITE_TRANSIENT, whose C macro Swift does not import: SQLite copies the bytes before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
