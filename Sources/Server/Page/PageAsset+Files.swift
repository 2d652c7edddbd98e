// SPDX-License-Identifier: Apache-2.0

extension PageAsset {
    /// By name. SwiftPM makes one constant a file; `PageAssetTests` sees to it that none is forgotten here.
    static let all: [String: PageAsset] = Dictionary(
        uniqueKeysWithValues: [
            ("chat-store.js", PackageResources.chat_store_js),
            ("chat-texts.js", PackageResources.chat_texts_js),
            ("chat.css", PackageResources.chat_css),
            ("chat.html", PackageResources.chat_html),
            ("chat.js", PackageResources.chat_js),
            ("desk-api.js", PackageResources.desk_api_js),
            ("desk-lists.js", PackageResources.desk_lists_js),
            ("desk-side.js", PackageResources.desk_side_js),
            ("desk-store.js", PackageResources.desk_store_js),
            ("desk-talk.js", PackageResources.desk_talk_js),
            ("desk-texts.js", PackageResources.desk_texts_js),
            ("desk-tickets.js", PackageResources.desk_tickets_js),
            ("desk-words.js", PackageResources.desk_words_js),
            ("desk.css", PackageResources.desk_css),
            ("desk.html", PackageResources.desk_html),
            ("desk.js", PackageResources.desk_js),
            ("dom.js", PackageResources.dom_js),
            ("favicon.svg", PackageResources.favicon_svg),
            ("index.css", PackageResources.index_css),
            ("index.html", PackageResources.index_html),
            ("language.js", PackageResources.language_js),
            ("live.js", PackageResources.live_js),
            ("message.js", PackageResources.message_js),
            ("page.css", PackageResources.page_css),
            ("upload.js", PackageResources.upload_js),
        ].map { ($0.0, PageAsset($0.0, $0.1)) })
}
