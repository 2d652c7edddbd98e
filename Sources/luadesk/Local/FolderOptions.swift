// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Journal

/// The options of every command that works on a data folder, beside a running server or without one.
struct FolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder of the desk. Default: that of a demo here, if there is one.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "File with the encryption key, if it is not DIR/desk.key. LUADESK_ENCRYPTION_KEY works as well.", valueName: "file"))
    var key: String?

    func validate() throws {
        guard data != nil || FileManager.default.fileExists(atPath: DemoDesk.folder) else {
            throw ValidationError("Give --data, the data folder of the desk.")
        }
    }

    var folder: String { URL(fileURLWithPath: data ?? DemoDesk.folder).standardizedFileURL.path }

    /// The key by option, environment or key file.
    func deskKey(creatingIfMissing: Bool) throws -> DeskKey {
        let environment = ProcessInfo.processInfo.environment
        let secrets = SecretSource(folder: FileManager.default.currentDirectoryPath, environment: environment)
        do {
            if let key { return try DeskKey.load(hex: secrets.resolve("file:\(key)"), folder: folder, creatingIfMissing: false) }
            let hex = try environment["LUADESK_ENCRYPTION_KEY"].map { try secrets.resolve($0) }
            return try DeskKey.load(hex: hex, folder: folder, creatingIfMissing: creatingIfMissing)
        } catch let failure as SecretSource.Failure {
            throw Complaint(failure.message)
        }
    }
}

/// Runs a command's body; what it throws is said in a sentence on stderr, and the program ends with status 1.
func complaining(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let code as ExitCode { throw code } catch let error as ConfigurationRejection {
        complain(error.description)
        throw ExitCode(78)
    } catch {
        complain("luadesk: \(sentence(for: error))")
        throw ExitCode(1)
    }
}

/// Says it on stderr, after all that was printed: both may go to one file.
func complain(_ text: String) {
    fflush(nil)
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
