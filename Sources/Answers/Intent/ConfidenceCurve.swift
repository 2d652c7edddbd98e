// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How likely the nearest intent is the right one, given how near it is and how far ahead of the next.
///
/// Fitted to examples the model had not seen: one third is held out in turn. A shop has few examples of what nobody should answer, so
/// they are made: beside the strangers each held-out example also counts, with a quarter of the weight, as a question that none of the
/// *other* intents answers.
struct ConfidenceCurve: Sendable, Hashable {
    private(set) var weights: [Double]

    /// What holds before anything is learnt; few examples stay near it. Means over our development sets.
    private static let usual: [Double] = [-2.3, 16, 8]
    private static let folds = 3
    private static let strangersWeight = 0.25
    /// How strongly few examples are drawn to `usual`.
    private static let draw = 0.1

    private struct Trial {
        let signals: [Double]
        let isRight: Bool
        let weight: Double
    }

    /// - Parameter intents: how many are real; the next number is that of the strangers.
    init(_ examples: [IntentModel.Example], intents: Int) {
        weights = Self.usual
        var trials: [Trial] = []
        for fold in 0..<Self.folds where examples.count >= 2 * Self.folds {
            let kept = examples.indices.filter { $0 % Self.folds != fold }.map { examples[$0] }
            let model = IntentModel(kept, intents: intents + 1)
            for index in stride(from: fold, to: examples.count, by: Self.folds) {
                let (features, right) = examples[index]
                var scores = model.scores(features)
                guard let (best, signals) = Self.signals(scores) else { continue }
                let isStranger = right == intents
                trials.append(Trial(signals: signals, isRight: best == right, weight: isStranger ? Self.strangersWeight : 1))
                scores[right] = -1
                guard intents > 1, !isStranger, let (_, strange) = Self.signals(scores) else { continue }
                trials.append(Trial(signals: strange, isRight: false, weight: Self.strangersWeight))
            }
        }
        fit(trials)
    }

    /// - Returns: the nearest real intent and how likely it is the right one; nil without intents.
    func best(of scores: [Float]) -> (intent: Int, confidence: Double)? {
        Self.signals(scores).map { ($0.intent, chance(of: $0.signals)) }
    }

    private func chance(of signals: [Double]) -> Double {
        1 / (1 + exp(-zip(weights, signals).reduce(0) { $0 + $1.0 * $1.1 }))
    }

    /// The lead is negative where a stranger lies nearer.
    private static func signals(_ scores: [Float]) -> (intent: Int, signals: [Double])? {
        guard let best = scores.indices.dropLast().max(by: { scores[$0] < scores[$1] }) else { return nil }
        var next: Float = 0
        for intent in scores.indices where intent != best { next = max(next, scores[intent]) }
        return (best, [1, Double(scores[best]), Double(scores[best] - next)])
    }

    /// Logistic regression by Newton's method, drawn towards `usual`; never less sure for being nearer.
    private mutating func fit(_ trials: [Trial]) {
        guard !trials.isEmpty else { return }
        var loss = loss(trials)
        for _ in 0..<20 {
            let before = weights
            var move = step(trials)
            // A full step can overshoot where the curve is flat: half of it until it is an improvement.
            for _ in 0..<12 {
                weights = zip(before, move).map { $0 - $1 }
                let next = self.loss(trials)
                if next < loss { break }
                move = move.map { $0 / 2 }
                weights = before
            }
            let next = self.loss(trials)
            guard loss - next > 1e-6 * loss else { break }
            loss = next
        }
        weights[1] = max(1, weights[1])
        weights[2] = max(0, weights[2])
    }

    private func loss(_ trials: [Trial]) -> Double {
        let away = zip(weights, Self.usual).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } * Self.draw / 2
        return trials.reduce(away) { sum, trial in
            let chance = chance(of: trial.signals)
            return sum - trial.weight * log(max(trial.isRight ? chance : 1 - chance, 1e-12))
        }
    }

    private func step(_ trials: [Trial]) -> [Double] {
        var slope = (0..<3).map { Self.draw * (weights[$0] - Self.usual[$0]) }
        var curvature = (0..<3).map { row in (0..<3).map { $0 == row ? Self.draw : 0 } }
        for trial in trials {
            let chance = chance(of: trial.signals)
            let error = chance - (trial.isRight ? 1 : 0)
            for row in 0..<3 {
                slope[row] += trial.weight * error * trial.signals[row]
                for column in 0..<3 {
                    curvature[row][column] += trial.weight * chance * (1 - chance) * trial.signals[row] * trial.signals[column]
                }
            }
        }
        return Self.solve(curvature, slope)
    }

    /// Three equations by Gaussian elimination; the matrix is positive definite.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var (matrix, right) = (matrix, right)
        for pivot in 0..<3 {
            for row in 0..<3 where row != pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in 0..<3 { matrix[row][column] -= factor * matrix[pivot][column] }
                right[row] -= factor * right[pivot]
            }
        }
        return (0..<3).map { right[$0] / matrix[$0][$0] }
    }
}
