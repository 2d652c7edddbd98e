// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import NIOPosix

/// The editor of the rules page: CodeMirror, served from where the system's package puts it. Where it is not installed the page takes a
/// plain text field.
enum EditorRoutes {
    /// Debian's and Ubuntu's libjs-codemirror.
    static let usualFolder = "/usr/share/javascript/codemirror"

    /// What the page takes of it, and nothing else.
    static let files: Set<String> = [
        "lib/codemirror.js", "lib/codemirror.css", "mode/lua/lua.js", "mode/javascript/javascript.js",
        "mode/markdown/markdown.js",
        "addon/comment/comment.js", "addon/dialog/dialog.js", "addon/dialog/dialog.css", "addon/edit/closebrackets.js",
        "addon/edit/matchbrackets.js", "addon/search/search.js", "addon/search/searchcursor.js", "addon/search/jump-to-line.js",
        "addon/selection/active-line.js",
    ]

    static let all = [editor]

    private static var editor: Route {
        var route = Route.get(
            "/editor/{path}", "readEditorFile", "A file of the editor that the rules page uses, where it is installed.", .open,
            answer: nil
        ) { call in
            let name = call.parameters["path"] ?? ""
            let folder = call.desk.options.editorFolder
            guard files.contains(name),
                let bytes = try await NIOThreadPool.singleton.runIfActive({
                    FileManager.default.contents(atPath: "\(folder)/\(name)")
                })
            else { throw Problem.notFound("editor file", name) }
            return PageAsset(name, Array(bytes)).reply(call)
        }
        route.takesRest = true
        return route
    }
}
