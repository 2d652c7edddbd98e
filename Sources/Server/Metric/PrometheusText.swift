// SPDX-License-Identifier: Apache-2.0

/// What kind of numbers a family has; the raw value stands in the text.
enum MetricKind: Hashable {
    case counter, gauge, histogram, timer

    var rawValue: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram, .timer: "histogram"
        }
    }
}

/// Something that writes its numbers.
protocol Metered: AnyObject, Sendable {
    /// - Parameter labels: `{a="b"}` or empty.
    func write(_ name: String, _ labels: String, to text: inout String)
}

/// How names, labels and numbers stand in Prometheus' text format 0.0.4.
enum PrometheusText {
    /// Dots and whatever else is not allowed become underscores; counters end in `_total`, timers in `_seconds`.
    static func name(_ label: String, _ kind: MetricKind) -> String {
        var name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
        if name.first?.isNumber ?? true { name = "_" + name }
        switch kind {
        case .counter where !name.hasSuffix("_total"): return name + "_total"
        case .timer where !name.hasSuffix("_seconds"): return name + "_seconds"
        default: return name
        }
    }

    static func labels(_ dimensions: [(String, String)]) -> String {
        guard !dimensions.isEmpty else { return "" }
        let parts = dimensions.map { "\(name($0.0, .gauge))=\"\(escaped($0.1))\"" }
        return "{\(parts.joined(separator: ","))}"
    }

    /// Labels with one more.
    static func labels(_ labels: String, and name: String, _ value: String) -> String {
        let more = "\(name)=\"\(value)\""
        return labels.isEmpty ? "{\(more)}" : "\(labels.dropLast()),\(more)}"
    }

    private static func escaped(_ value: String) -> String {
        String(value.prefix(200)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: number).map(String.init) ?? "\(number)"
    }

    static func line(_ name: String, _ labels: String, _ value: Double) -> String { "\(name)\(labels) \(number(value))\n" }
}
