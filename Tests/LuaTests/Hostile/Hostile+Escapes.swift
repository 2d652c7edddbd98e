// SPDX-License-Identifier: Apache-2.0

import Desk

@testable import Lua

extension HostileProgram {
    /// Ways out of the sandbox, or into what others share.
    static let escapes: [HostileProgram] = [
        .init("load", .fails(.runtime, "undefined global 'load'"), "return load('return 1')()"),
        .init("loadstring", .fails(.runtime, "undefined global"), "return loadstring('return 1')()"),
        .init("loadfile", .fails(.runtime, "undefined global"), "return loadfile('/etc/passwd')"),
        .init("dofile", .fails(.runtime, "undefined global"), "return dofile('/etc/passwd')"),
        .init("io", .fails(.runtime, "undefined global 'io'"), "return io.open('/etc/passwd')"),
        .init("os", .fails(.runtime, "undefined global 'os'"), "return os.execute('id')"),
        .init("debug", .fails(.runtime, "undefined global 'debug'"), "return debug.getregistry()"),
        .init("package", .fails(.runtime, "undefined global 'package'"), "return package.loadlib('x.so', 'f')"),
        .init("collectgarbage", .fails(.runtime, "undefined global"), "collectgarbage('stop')"),
        .init("print", .fails(.runtime, "undefined global"), "print('x')"),
        .init("require of a library", .fails(.resolve, "'os' not found"), "return require('os')"),
        .init("require of a path", .fails(.resolve, "not found"), "return require('../../../../etc/passwd')"),
        .init("string.dump", .fails(.runtime, "nil value"), "return string.dump(function() end)"),
        .init("string.pack", .fails(.runtime, "nil value"), "return string.pack('!16i16', 1)"),
        .init("randomseed", .fails(.runtime, "nil value"), "math.randomseed(1)"),
        .init("a library is taken away", .fails(.runtime, "read-only"), "string = nil"),
        .init("a function is replaced", .fails(.runtime, "read-only"), "string.rep = function() return 'evil' end"),
        .init("pairs is replaced", .fails(.runtime, "read-only"), "pairs = next"),
        .init("a new global", .fails(.runtime, "local mine"), "mine = 1"),
        .init("a new global by _G", .fails(.runtime, "local mine"), "_G.mine = 1"),
        .init("a new global by a function", .fails(.runtime, "local f"), "function f() end"),
        .init("rawset on _G", .fails(.runtime, "read-only"), "rawset(_G, 'pairs', next)"),
        .init("rawset on a library", .fails(.runtime, "read-only"), "rawset(string, 'rep', 1)"),
        .init("table.insert into a library", .fails(.runtime, "read-only"), "table.insert(string, 1)"),
        .init("table.insert into _G", .fails(.runtime, "not allowed"), "table.insert(_G, 1)"),
        .init("table.move into a library", .fails(.runtime, "read-only"), "table.move({ 1 }, 1, 1, 1, math)"),
        .init("table.sort of a library", .gives([]), "return table.sort(string)"),
        .init("setmetatable(_G)", .fails(.runtime, "protected"), "setmetatable(_G, {})"),
        .init("setmetatable(string)", .fails(.runtime, "protected"), "setmetatable(string, nil)"),
        .init("the metatable of _G", .gives([false]), "return getmetatable(_G)"),
        .init("the metatable of a library", .gives([false]), "return getmetatable(math)"),
        .init("the metatable of strings", .fails(.runtime, "boolean"), "getmetatable('').__index = function() return 'evil' end"),
        .init("the metatable of strings, by hand", .gives([false]), "return getmetatable('')"),
        .init("an environment of one's own", .gives([nil]), "_ENV = {} return string"),
        .init(
            "an environment with a trap", .fails(.runtime, "trap"),
            "local error = error local _ENV = setmetatable({}, { __index = function() error('trap') end }) return anything"),
        .init("__gc", .fails(.runtime, "__gc"), "setmetatable({}, { __gc = function() end })"),
        .init("__gc as a mere mark", .fails(.runtime, "__gc"), "setmetatable({}, { __gc = true })"),
        .init("__mode", .fails(.runtime, "__mode"), "setmetatable({}, { __mode = 'k' })"),
        .init("__close", .fails(.runtime, "__close"), "setmetatable({}, { __close = function() end })"),
        .init(
            "__close, set later", .fails(.runtime, "non-closable"),
            "local m = {} local t = setmetatable({}, m) m.__close = function() while true do end end local x <close> = t"),
        .init(
            "__mode, set later, has no effect", .gives([100]),
            "local m = {} local t = setmetatable({}, m) m.__mode = 'kv' for i = 1, 100 do t[i] = {} end for i = 1, 3000 do local g = { {} } end local n = 0 for _ in pairs(t) do n = n + 1 end return n"
        ),
        .init(
            "__gc, set later, has no effect", .gives([0]),
            "local n, m = 0, {} for i = 1, 100 do setmetatable({}, m) end m.__gc = function() n = n + 1 end for i = 1, 3000 do local g = { {} } end return n"
        ),
        .init("a closing value in a for loop", .fails(.runtime, "non-closable"), "for _ in next, {}, nil, {} do end"),
        .init(
            "addresses by tostring", .gives(["table", "function", "thread", "function"]),
            "return tostring({}), tostring(tostring), tostring(coroutine.create(tostring)), tostring(function() end)"),
        .init("addresses by %p", .fails(.runtime, "invalid conversion"), "return string.format('%p', {})"),
        .init("addresses by %s", .gives(["table"]), "return string.format('%s', {})"),
        .init("order by addresses", .fails(.runtime, "no fixed order"), "for k in pairs({ [{}] = 1, [{}] = 2 }) do end"),
        .init(
            "_G has no way to the registry", .gives([true]),
            "for k, v in pairs(_G) do if type(v) == 'userdata' and k ~= 'null' then return false end end return true"),
        .init("null is only a mark", .fails(.runtime, "index"), "return null.x"),
        .init(
            "the mark of arrays", .gives([false, true]), "local t = __array() return getmetatable(t), (pcall(rawset, t, 1, 2))"),
    ]
}
