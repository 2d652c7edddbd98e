// SPDX-License-Identifier: Apache-2.0

/// Words and numbers at offsets of a file that may be anything; nil beyond the end.
struct FileHeader {
    let bytes: [UInt8]

    func has(_ word: String, at offset: Int) -> Bool {
        offset >= 0 && bytes.count >= offset + word.utf8.count
            && bytes[offset..<offset + word.utf8.count].elementsEqual(word.utf8)
    }

    /// - Parameter count: 7 bytes at most.
    func big(_ offset: Int, _ count: Int) -> Int? {
        bytes.count < offset + count ? nil : bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }

    /// - Parameter count: 7 bytes at most.
    func little(_ offset: Int, _ count: Int) -> Int? {
        bytes.count < offset + count ? nil : bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Of 8 bytes; what no `Int` holds counts as the largest.
    func little64(_ offset: Int) -> Int? {
        guard let low = little(offset, 4), let high = little(offset + 4, 4) else { return nil }
        return high > 0x7fff_ffff ? .max : high << 32 | low
    }
}
