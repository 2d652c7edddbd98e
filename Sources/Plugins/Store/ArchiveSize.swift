// SPDX-License-Identifier: Apache-2.0

/// How much a ZIP archive says that it holds, read from its directory alone: nothing is unpacked.
///
/// The layout is that of PKWARE's APPNOTE.TXT, 4.3: a directory, then a record that says how long it is.
struct ArchiveSize: Hashable {
    /// Bytes of the archive itself.
    let packed: Int
    /// Bytes of all its files.
    let unpacked: Int

    init(packed: Int, unpacked: Int) {
        self.packed = packed
        self.unpacked = unpacked
    }

    /// Ordinary files become a hundredth at best, and nobody minds a gigabyte.
    var isHarmless: Bool { unpacked <= 1 << 30 || unpacked / 200 < packed }

    /// Nil for what is no ZIP archive, or has no directory.
    init?(_ bytes: [UInt8]) {
        let file = FileHeader(bytes: bytes)
        guard file.has("PK", at: 0), let directory = Self.directory(file) else { return nil }
        var (at, sum) = (directory.lowerBound, 0)
        while at < directory.upperBound, file.has("PK\u{1}\u{2}", at: at), let size = file.little(at + 24, 4),
            let name = file.little(at + 28, 2), let extra = file.little(at + 30, 2), let remark = file.little(at + 32, 2)
        {
            let field = at + 46 + name
            let whole = size == 0xffff_ffff ? Self.long(file, field..<field + extra) ?? size : size
            sum = sum.addingReportingOverflow(whole).overflow ? .max : sum + whole
            at = field + extra + remark
        }
        self.init(packed: bytes.count, unpacked: sum)
    }

    /// It stands right before the record of its end, of which there may be a longer form for large archives.
    private static func directory(_ file: FileHeader) -> Range<Int>? {
        let last = file.bytes.count - 22
        // A remark of up to 64 KiB may follow.
        guard last >= 0,
            let end = stride(from: last, through: max(0, last - 65_535), by: -1).first(where: {
                file.has("PK\u{5}\u{6}", at: $0)
            }), let size = file.little(end + 12, 4)
        else { return nil }
        if size == 0xffff_ffff || file.little(end + 16, 4) == 0xffff_ffff, file.has("PK\u{6}\u{7}", at: end - 20),
            let long = file.little64(end - 12), long < end, file.has("PK\u{6}\u{6}", at: long),
            let size = file.little64(long + 40), size <= long
        {
            return long - size..<long
        }
        return size <= end ? end - size..<end : nil
    }

    /// The size of a file in the extra field for large ones.
    private static func long(_ file: FileHeader, _ field: Range<Int>) -> Int? {
        var at = field.lowerBound
        while at + 4 <= field.upperBound, let kind = file.little(at, 2), let count = file.little(at + 2, 2) {
            if kind == 1 { return count >= 8 ? file.little64(at + 4) : nil }
            at += 4 + count
        }
        return nil
    }
}
