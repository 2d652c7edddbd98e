// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("Role") struct RoleTests {
    /// Who may do what, written out: x may.
    static let table = """
                      admin  lead  agent  integration  auditor
        readDesk      x      x     x      x            x
        readEvents    x      x     -      x            x
        readRules     x      x     x      x            x
        answer        x      x     x      x            -
        workTickets   x      x     x      x            -
        editCustomers x      x     -      x            -
        sendInbound   x      x     -      x            -
        editRules     x      x     -      -            -
        manageTeam    x      x     -      -            -
        administer    x      -     -      -            -
        """

    static let cells: [[String]] = {
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.dropFirst().flatMap { line in zip(lines[0], line.dropFirst()).map { [line[0], $0, $1] } }
    }()

    @Test("the table has every permission and role") func complete() {
        #expect(Set(Self.cells.map { $0[0] }) == Set(Permission.allCases.map(\.rawValue)))
        #expect(Set(Self.cells.map { $0[1] }) == Set(Role.allCases.map(\.rawValue)))
        #expect(Self.cells.count == Permission.allCases.count * Role.allCases.count)
    }

    @Test("each may what the table says and nothing else", arguments: cells) func may(cell: [String]) throws {
        let (permission, role) = (try #require(Permission(rawValue: cell[0])), try #require(Role(rawValue: cell[1])))
        #expect(role.may(permission) == (cell[2] == "x"))
    }
}
