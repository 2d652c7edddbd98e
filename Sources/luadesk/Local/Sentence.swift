// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Engine
import Foundation
import Journal
import Logging
import NIOCore
import Plugins
import Rules
import Server

/// What an error says to the person at the terminal: one sentence, without types and codes.
func sentence(for error: any Error) -> String {
    switch error {
    case let error as Complaint: error.description
    case let error as DeskError: error.message
    case let error as StoreError: error.message
    case let error as ServerFailure: error.message
    case let error as PluginProblem: error.description
    case let error as RuleRejection: error.description
    case let error as IOError: "\(error.localizedDescription)"
    case let error as CocoaError: error.localizedDescription
    default: "\(error)"
    }
}
