// SPDX-License-Identifier: Apache-2.0
import GRDB

extension StoreError {
    static let closed = StoreError(code: .closed, message: "The store is closed.")

    /// The store's word for an error of SQLite; the statement's arguments are personal data and not in it.
    init(_ error: DatabaseError) {
        let detail = error.message ?? "code \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                code: .full,
                message: "There is no room left for the database. Free some space; what is sent again then will be taken.")
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                code: .io,
                message: "The database cannot be written or read: \(detail) (SQLite code "
                    + "\(error.extendedResultCode.rawValue)). Check the disk and the folder's permissions.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(code: .unreadable, message: "The database is damaged: \(detail). Restore a backup.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                code: .busy, message: "Another process has held the database for too long. Try again, or end that process.")
        case .SQLITE_MISUSE where detail.contains("closed"):
            self = .closed
        default:
            self.init(code: .invalid, message: "The database refused: \(detail).")
        }
    }

    /// Whether it lies at the entry and not at the database: its neighbours can still be written.
    var concernsOneEntry: Bool { code == .invalid }
}

/// Gives every error the one type that the store's door promises; cancellation stays what it is.
func asStoreError<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as DatabaseError { throw StoreError(error) }
}
