// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// A line of business that a desk can start from. Each has a folder of its name under `Scenes`.
enum Scene: String, CaseIterable, ExpressibleByArgument, Sendable {
    case shop, finance, education, health

    /// What it is for, in one sentence.
    var sentence: String {
        switch self {
        case .shop: "A shop: prices, stock, shipping, orders and returns, gold customers first."
        case .finance:
            "A bank, fund or lender: lost cards and fraud at once, loan applications, fees, complaints to compliance."
        case .education:
            "A training school or online courses: trial lessons, progress, refunds by contract, quiet hours for minors."
        case .health:
            "A clinic, hospital or pharmacy: emergencies at once, appointments, departments, never a diagnosis."
        }
    }
}

/// The language of a new desk's README and of customers whose language is unknown; answers are there in both.
enum SceneLanguage: String, CaseIterable, ExpressibleByArgument, Sendable {
    case chinese = "zh-CN"
    case english = "en"
}
