// SPDX-License-Identifier: Apache-2.0
import Engine
import Foundation
import HTTPTypes
import NIOPosix

/// What runs on other people's pages: the files under `live/clients/` of the folders of plugins, read anew for each request, so that a
/// saved file is live at once.
enum ClientRoutes {
    static let all = [file]

    private static var file: Route {
        var route = Route.get(
            "/clients/{path}", "readClientFile", "A file of the kits for web pages and mini programs: web/luadesk.js.", .open,
            [
                .init(name: "channel", schema: .text, note: "Of iframe.html: id of a live channel; web if not given."),
                .init(name: "lang", schema: .text, note: "Of iframe.html: zh-CN or en; the browser's if not given."),
            ], answer: nil
        ) { call in
            let name = call.parameters["path"] ?? ""
            let folders = call.desk.options.pluginFolders.map { "\($0)/live/clients" }
            guard let path = ClientPath(name),
                let bytes = try await NIOThreadPool.singleton.runIfActive({ path.content(below: folders) })
            else { throw Problem.notFound("client file", name) }
            return PageAsset(path.name, bytes).reply(call, headers(path, call))
        }
        route.takesRest = true
        route.takesAnyQuery = true
        return route
    }

    /// Any page may load these files; which pages may frame one is the channel's and the server's to say.
    private static func headers(_ path: ClientPath, _ call: Call) -> HTTPFields {
        var headers: HTTPFields = [.accessControlAllowOrigin: "*", .crossOriginResourcePolicy: "cross-origin"]
        guard path.ending == "html" else { return headers }
        let ofChannel = call.engine.origins(ofLive: call.query["channel"] ?? "web")
        let origins = ofChannel.isEmpty ? call.desk.options.origins : ofChannel
        let ancestors = origins.isEmpty ? "*" : (["'self'"] + origins).joined(separator: " ")
        headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; "
            + "img-src 'self' data: blob: https:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors \(ancestors)"
        return headers
    }
}

/// Where a client's file lies: `web/luadesk.js`, below a folder and never outside.
struct ClientPath: Sendable, Hashable {
    let name: String
    let ending: String
    private static let endings: Set = ["js", "html", "css", "svg", "png", "json", "md", "txt"]
    private static let limit = 2 << 20

    /// - Parameter name: decoded. Nil: no name of a file that is given out.
    init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && part.utf8.count <= 100
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                        || [0x2d, 0x2e, 0x5f].contains($0)
                }
        }
        let ending = parts.last?.split(separator: ".").last.map(String.init) ?? ""
        guard isPlain, parts.count <= 6, parts.last?.contains(".") == true, Self.endings.contains(ending) else { return nil }
        self.name = name
        self.ending = ending
    }

    /// The file of the first folder that has it. Reads the disk.
    /// - Returns: nil where there is none, or a link leads out of the folder.
    func content(below folders: [String]) -> [UInt8]? {
        for folder in folders {
            let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
            let file = URL(fileURLWithPath: "\(folder)/\(name)").resolvingSymlinksInPath().path
            guard file.hasPrefix(root + "/"), let data = FileManager.default.contents(atPath: file), data.count <= Self.limit
            else { continue }
            return Array(data)
        }
        return nil
    }
}

extension HTTPField.Name {
    static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy") ?? .date
}
