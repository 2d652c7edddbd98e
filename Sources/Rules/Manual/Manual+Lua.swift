// SPDX-License-Identifier: Apache-2.0

extension Manual {
    /// Tables of Lua's own.
    static let luaLibraries = ["string", "table", "math", "utf8", "coroutine"]

    private static func lua(
        _ owner: String, _ name: String, _ parameters: String, _ returns: String?, _ summary: String, _ isTrue: String
    ) -> ManualEntry {
        .call(owner, name, parameters, returns, summary, in: [.loading, .function, .stage, .test], .isTrue(isTrue))
    }
    private static func constant(_ owner: String, _ name: String, _ type: String, _ summary: String, _ isTrue: String)
        -> ManualEntry
    {
        .value(owner, name, type, summary, in: [.loading, .function, .stage, .test], .isTrue(isTrue))
    }

    static let lua = Chapter(
        title: "Lua itself",
        introduction: """
            Rules are written in Lua 5.4. Of its library there is what needs no files, no processes and no other texts of Lua; `print`, \
            `load`, `dofile`, `io`, `os`, `debug` and `package` are not there. Everything is bounded in time and memory, and gives the same \
            for the same event: `math.random` draws from the event, `pairs` goes in a fixed order.
            """,
        entries: base + strings + lists + numbers + scalars + coroutines)

    private static let base = [
        lua(
            "", "assert", "value: any, message?: any", "any", "Gives its arguments; an error if the first is false or nil.",
            #"assert(1, "never") == 1"#),
        lua(
            "", "error", "message: any, level?: integer", nil, "Raises an error; the rule fails, the others go on.",
            #"select(2, pcall(error, "oh", 0)) == "oh""#),
        lua(
            "", "getmetatable", "value: any", "any", "The metatable, if it is yours.",
            "getmetatable(setmetatable({}, { __index = { a = 1 } })).__index.a == 1"),
        lua(
            "", "ipairs", "list: table", "function", "Goes through a list: `for i, item in ipairs(list)`.",
            "(function() local sum = 0 for _, n in ipairs { 1, 2, 3 } do sum = sum + n end return sum end)() == 6"),
        lua(
            "", "next", "list: table, key?: any", "any, any", "The first or next pair, in a fixed order.",
            #"next { a = 1 } == "a" and next({}) == nil"#),
        lua(
            "", "pairs", "list: table", "function", "Goes through a table in a fixed order: `for name, value in pairs(list)`.",
            #"(function() local all = "" for name in pairs { b = 1, a = 2 } do all = all .. name end return #all end)() == 2"#),
        lua(
            "", "pcall", "body: function, ...: any", "boolean, any",
            "Calls, and gives false and the message where it fails; not where a budget is used up.", "pcall(error) == false"),
        lua("", "rawequal", "a: any, b: any", "boolean", "The same, whatever a metatable says.", "rawequal(1, 1)"),
        lua("", "rawget", "list: table, key: any", "any", "What stands in the table itself.", #"rawget({ a = 1 }, "a") == 1"#),
        lua("", "rawlen", "list: table|string", "integer", "The length of the table itself.", "rawlen { 1, 2 } == 2"),
        lua(
            "", "rawset", "list: table, key: any, value: any", "table", "Puts into the table itself.",
            #"rawset({}, "a", 1).a == 1"#),
        lua(
            "", "select", "from: integer|string, ...: any", "any", "The arguments from one on; `\"#\"`: how many.",
            ##"select("#", "a", "b") == 2"##),
        lua(
            "", "setmetatable", "list: table, metatable: table?", "table", "Sets the metatable; `__gc` and `__mode` are refused.",
            "setmetatable({}, { __index = function() return 7 end }).any == 7"),
        lua(
            "", "tonumber", "value: any, base?: integer", "number?", "The number that a text holds.",
            #"tonumber("12") == 12 and tonumber("ff", 16) == 255 and tonumber("x") == nil"#),
        lua(
            "", "tostring", "value: any", "string", "As a text; of tables and functions the kind alone.", #"tostring(12) == "12""#
        ),
        lua("", "type", "value: any", "string", "The kind of value.", #"type({}) == "table""#),
        lua(
            "", "xpcall", "body: function, handler: fun(message: any): any", "boolean, any",
            "As `pcall`, with a function that makes something of the message.",
            #"select(2, xpcall(error, function(m) return "so: " .. m end, "oh")) == "so: oh""#),
        constant("", "_G", "table", "The globals; they cannot be set.", "_G.type == type"),
        constant("", "_VERSION", "string", "The language.", #"_VERSION == "Lua 5.4""#),
    ]

    private static let strings = [
        lua(
            "string", "byte", "text: string, from?: integer, to?: integer", "integer", "Bytes as numbers.",
            #"string.byte("A") == 65"#),
        lua("string", "char", "...: integer", "string", "A text of bytes.", #"string.char(72, 105) == "Hi""#),
        lua(
            "string", "find", "text: string, pattern: string, from?: integer, plain?: boolean", "integer?, integer?",
            "Where something begins and ends.", #"string.find("a refund", "fund") == 5"#),
        lua(
            "string", "format", "form: string, ...: any", "string", "A text with values put in.",
            #"string.format("%d × %.2f", 3, 1.5) == "3 × 1.50""#),
        lua(
            "string", "gmatch", "text: string, pattern: string", "function", "Goes through all that fits.",
            #"string.gmatch("a1b2", "%d")() == "1""#),
        lua(
            "string", "gsub", "text: string, pattern: string, by: string|table|function, most?: integer", "string, integer",
            "Replaces all that fits.", #"string.gsub("a-b", "-", "+") == "a+b""#),
        lua("string", "len", "text: string", "integer", "The number of bytes.", #"string.len("你好") == 6"#),
        lua("string", "lower", "text: string", "string", "In small letters, A to Z.", #"string.lower("ABC") == "abc""#),
        lua(
            "string", "match", "text: string, pattern: string, from?: integer", "string?", "What fits.",
            #"string.match("no. 42", "%d+") == "42""#),
        lua(
            "string", "rep", "text: string, count: integer, between?: string", "string", "Repeated.",
            #"string.rep("ab", 2, "-") == "ab-ab""#),
        lua("string", "reverse", "text: string", "string", "Backwards, byte by byte.", #"string.reverse("abc") == "cba""#),
        lua(
            "string", "sub", "text: string, from: integer, to?: integer", "string", "A part, by bytes.",
            #"string.sub("order 12", 7) == "12""#),
        lua("string", "upper", "text: string", "string", "In capital letters, a to z.", #"string.upper("abc") == "ABC""#),
    ]

    private static let lists = [
        lua(
            "table", "concat", "list: table, between?: string, from?: integer, to?: integer", "string", "A list as one text.",
            #"table.concat({ "a", "b" }, ", ") == "a, b""#),
        lua(
            "table", "insert", "list: table, place: any, value?: any", nil, "Puts a value at the end, or at a place.",
            "(function() local l = { 1, 3 } table.insert(l, 2, 2) return l[2] end)() == 2"),
        lua(
            "table", "move", "list: table, from: integer, to: integer, place: integer, other?: table", "table", "Copies a part.",
            "table.move({ 1, 2 }, 1, 2, 3)[4] == 2"),
        lua("table", "pack", "...: any", "table", "The arguments as a list, with `n`.", "table.pack(1, nil, 3).n == 3"),
        lua(
            "table", "remove", "list: table, place?: integer", "any", "Takes the last out, or the one at a place.",
            "table.remove { 1, 2 } == 2"),
        lua(
            "table", "sort", "list: table, before?: fun(a: any, b: any): boolean", nil, "Sorts the list itself.",
            "(function() local l = { 2, 1 } table.sort(l) return l[1] end)() == 1"),
        lua(
            "table", "unpack", "list: table, from?: integer, to?: integer", "any", "A list as several values.",
            "table.unpack({ 7, 8 }, 2) == 8"),
    ]

    private static let numbers = [
        lua("math", "abs", "x: number", "number", "Without its sign.", "math.abs(-2) == 2"),
        lua("math", "acos", "x: number", "number", "The angle with this cosine.", "math.acos(1) == 0"),
        lua("math", "asin", "x: number", "number", "The angle with this sine.", "math.asin(0) == 0"),
        lua("math", "atan", "y: number, x?: number", "number", "The angle with this tangent.", "math.atan(0) == 0"),
        lua("math", "ceil", "x: number", "integer", "The next whole number upward.", "math.ceil(1.2) == 2"),
        lua("math", "cos", "x: number", "number", "The cosine.", "math.cos(0) == 1"),
        lua("math", "deg", "x: number", "number", "Radians as degrees.", "math.deg(math.pi) == 180"),
        lua("math", "exp", "x: number", "number", "e to the power.", "math.exp(0) == 1"),
        lua("math", "floor", "x: number", "integer", "The next whole number downward.", "math.floor(1.8) == 1"),
        lua("math", "fmod", "x: number, y: number", "number", "What division leaves.", "math.fmod(7, 3) == 1"),
        lua("math", "log", "x: number, base?: number", "number", "The logarithm.", "math.log(8, 2) == 3"),
        lua("math", "max", "x: number, ...: number", "number", "The largest.", "math.max(1, 3, 2) == 3"),
        lua("math", "min", "x: number, ...: number", "number", "The smallest.", "math.min(1, 3, 2) == 1"),
        lua("math", "modf", "x: number", "number, number", "The whole part and the rest.", "select(2, math.modf(2.5)) == 0.5"),
        lua("math", "rad", "x: number", "number", "Degrees as radians.", "math.rad(180) == math.pi"),
        lua(
            "math", "random", "low?: integer, high?: integer", "number",
            "A number drawn from the event: the same event always draws the same.",
            "(function() local n = math.random(6) return n >= 1 and n <= 6 end)()"),
        lua("math", "sin", "x: number", "number", "The sine.", "math.sin(0) == 0"),
        lua("math", "sqrt", "x: number", "number", "The square root.", "math.sqrt(9) == 3"),
        lua("math", "tan", "x: number", "number", "The tangent.", "math.tan(0) == 0"),
        lua("math", "tointeger", "x: any", "integer?", "The same as a whole number, if it is one.", "math.tointeger(3.0) == 3"),
        lua("math", "type", "x: any", "string?", "`integer`, `float`, or nil for no number.", #"math.type(1.5) == "float""#),
        lua("math", "ult", "a: integer, b: integer", "boolean", "Less, without signs.", "math.ult(1, -1)"),
        constant("math", "huge", "number", "More than any number.", "math.huge > 1e308"),
        constant("math", "maxinteger", "integer", "The largest whole number.", "math.maxinteger + 1 == math.mininteger"),
        constant("math", "mininteger", "integer", "The smallest whole number.", "math.mininteger < 0"),
        constant("math", "pi", "number", "The ratio of a circle's girth to its width.", "math.pi > 3.14"),
    ]

    private static let scalars = [
        lua("utf8", "char", "...: integer", "string", "A text of code points.", #"utf8.char(20320, 22909) == "你好""#),
        lua(
            "utf8", "codepoint", "text: string, from?: integer, to?: integer", "integer", "Code points as numbers.",
            #"utf8.codepoint("你") == 20320"#),
        lua(
            "utf8", "codes", "text: string", "function", "Goes through the code points.",
            #"(function() local n = 0 for _ in utf8.codes("你好") do n = n + 1 end return n end)() == 2"#),
        lua(
            "utf8", "len", "text: string, from?: integer, to?: integer", "integer?", "The number of code points.",
            #"utf8.len("你好") == 2"#),
        lua(
            "utf8", "offset", "text: string, n: integer, from?: integer", "integer?", "Where the n-th code point begins.",
            #"utf8.offset("你好", 2) == 4"#),
        constant(
            "utf8", "charpattern", "string", "A pattern that fits one code point.", #"("你好"):match(utf8.charpattern) == "你""#),
    ]

    private static let coroutines = [
        lua(
            "coroutine", "close", "co: thread", "boolean",
            "There, but rules have no coroutines of their own: only the flow itself waits.", "not pcall(coroutine.close)"),
        lua("coroutine", "create", "body: function", "thread", "Fails in rules.", "not pcall(coroutine.create, type)"),
        lua("coroutine", "isyieldable", "", "boolean", "Whether one could wait here: no.", "coroutine.isyieldable() == false"),
        lua(
            "coroutine", "resume", "co: thread, ...: any", "boolean, any", "Needs a coroutine, which rules cannot make.",
            "not pcall(coroutine.resume)"),
        lua(
            "coroutine", "running", "", "thread, boolean", "What runs, and whether it is the main one.",
            "select(2, coroutine.running())"),
        lua(
            "coroutine", "status", "co: thread", "string", "Needs a coroutine, which rules cannot make.",
            "not pcall(coroutine.status)"),
        lua("coroutine", "wrap", "body: function", "function", "Fails in rules.", "not pcall(coroutine.wrap, type)"),
        lua("coroutine", "yield", "...: any", "any", "Fails in rules.", "not pcall(coroutine.yield)"),
    ]
}
