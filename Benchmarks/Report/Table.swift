// SPDX-License-Identifier: Apache-2.0

/// One measured figure beside what it is compared with in the same run.
struct Figure {
    let name: String
    let value: Double
    let unit: String
    let reference: (name: String, value: Double)?
    var note = ""

    init(_ name: String, _ value: Double, _ unit: String, beside reference: (String, Double)? = nil, note: String = "") {
        self.name = name
        self.value = value
        self.unit = unit
        self.reference = reference.map { (name: $0.0, value: $0.1) }
        self.note = note
    }
}

/// Figures as an aligned Markdown table.
struct Table {
    private(set) var rows: [[String]] = [["figure", "value", "reference", "ratio", "note"]]

    mutating func add(_ figure: Figure) {
        let reference = figure.reference.map { "\($0.name): \(Self.text($0.value)) \(figure.unit)" } ?? "–"
        let ratio = figure.reference.map { $0.value > 0 ? Self.text(figure.value / $0.value) : "–" } ?? "–"
        rows.append([figure.name, "\(Self.text(figure.value)) \(figure.unit)", reference, ratio, figure.note])
    }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ row: [String]) -> String {
            "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
    }

    /// Three significant digits.
    private static func text(_ value: Double) -> String {
        switch abs(value) {
        case 1000...: "\(Int(value.rounded()))"
        case 100...: "\(Int(value.rounded()))"
        case 10...: "\((value * 10).rounded() / 10)"
        default: "\((value * 100).rounded() / 100)"
        }
    }
}
