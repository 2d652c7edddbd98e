// SPDX-License-Identifier: Apache-2.0

/// Expressions and what stock Lua 5.4.4 makes of them: values joined by " | ", or "error: " and the message.
///
/// Made by running them through the stock interpreter. Two messages of `format` were reworded by hand: they differ from
/// release to release.
enum StockBehaviour {
    static let cases: [(expression: String, result: String)] = [
        (#"string.format('%d %5d|%-5d|%05d|%+d', 3, 42, 42, 42, 42)"#, "3    42|42   |00042|+42"),
        (#"string.format('%i', 3.0)"#, "3"),
        (#"string.format('%d', 3.5)"#, "error: bad argument #2 to 'format' (number has no integer representation)"),
        (#"string.format('%x %X %#x %o', 255, 255, 255, 8)"#, "ff FF 0xff 10"),
        (#"string.format('%5.1f|%-8.3f|%08.2f|% f', 3.14159, 2.5, -1.5, 1.0)"#, "  3.1|2.500   |-0001.50| 1.000000"),
        (#"string.format('%e %E %g %G', 12345.678, 0.00012, 1e20, 1e-10)"#, "1.234568e+04 1.200000E-04 1e+20 1E-10"),
        (#"string.format('%a', 1.0)"#, "0x1p+0"),
        (#"string.format('%.14g', 0.1)"#, "0.1"),
        (
            #"string.format('%.99f', 1/3)"#,
            "0.333333333333333314829616256247390992939472198486328125000000000000000000000000000000000000000000000"
        ),
        (
            #"string.format('%.3f', 1e308)"#,
            "100000000000000001097906362944045541740492309677311846336810682903157585404911491537163328978494688899061249669721172515611590283743140088328307009198146046031271664502933027185697489699588559043338384466165001178426897626212945177628091195786707458122783970171784415105291802893207873272974885715430223118336.000"
        ),
        (#"string.format('%c%c%c', 76, 117, 97)"#, "Lua"),
        (#"string.format('[%5c]', 65)"#, "[    A]"),
        (#"string.format('%s %s %s', 1, true, nil)"#, "1 true nil"),
        (#"string.format('%10s|%-10s|%.2s', 'abc', 'abc', 'abc')"#, "       abc|abc       |ab"),
        (#"string.format('%s', ('x'):rep(200)):len()"#, "200"),
        (#"string.format('%20s', ('x'):rep(200)):len()"#, "200"),
        (#"string.format('%q', 'a "quoted"\n\0line\r\\')"#, "\"a \\\"quoted\\\"\\\u{a}\\0line\\13\\\\\""),
        (#"string.format('%q %q %q', 1, 1.5, true)"#, "1 0x1.8p+0 true"),
        (#"string.format('%q', 1/0)"#, "1e9999"),
        (#"string.format('%q', math.mininteger)"#, "0x8000000000000000"),
        (#"string.format('%q', {})"#, "error: bad argument #2 to 'format' (value has no literal form)"),
        (#"string.format('%%')"#, "%"),
        (#"string.format('%')"#, "error: bad argument #2 to 'format' (no value)"),
        (#"string.format('%y', 1)"#, "error: invalid conversion '%y' to 'format'"),
        (#"string.format('%99999999d', 1)"#, "error: invalid conversion '%99999999d' to 'format'"),
        (#"string.format('%.100f', 1)"#, "error: invalid conversion '%.100f' to 'format'"),
        (#"string.format('%d')"#, "error: bad argument #2 to 'format' (no value)"),
        (#"string.format('%d', 'x')"#, "error: bad argument #2 to 'format' (number expected, got string)"),
        (#"string.format('%d', '10')"#, "10"),
        (#"string.format('%s', setmetatable({}, {__tostring = function() return 'T!' end}))"#, "T!"),
        (#"string.format('%s', setmetatable({}, {__tostring = function() return 1 end}))"#, "1"),
        (#"string.format('%5s', setmetatable({}, {__name = 'N'})) ~= nil"#, "true"),
        (#"string.format('%-+5d|', 3)"#, "+3   |"),
        (#"string.format('%.0s', 'abc')"#, ""),
        (#"string.format('%5q', 'x')"#, "error: specifier '%q' cannot have modifiers"),
        (#"string.format('%s', 'a\0b') == 'a\0b'"#, "true"),
        (#"string.format('%10s', 'a\0b')"#, "error: bad argument #2 to 'format' (string contains zeros)"),
        (
            #"('abc'):rep(3), ('abc'):rep(0), ('abc'):rep(-1), ('abc'):rep(3, '-'), (''):rep(10), ('x'):rep(1)"#,
            "abcabcabc |  |  | abc-abc-abc |  | x"
        ),
        (#"('abc'):rep(1 << 40)"#, "error: resulting string too large"),
        (
            #"('hello'):sub(2, 3), ('hello'):sub(-3), ('hello'):sub(0), ('hello'):sub(4, 2), ('hello'):sub(-100, 100), ('hello'):sub(math.mininteger, math.maxinteger)"#,
            "el | llo | hello |  | hello | hello"
        ),
        (#"('hello'):byte(), ('hello'):byte(2, 4), ('hello'):byte(10), ('hello'):byte(-1)"#, "104 | 101 | nil | 111"),
        (#"string.char(), string.char(72, 105)"#, " | Hi"),
        (#"string.char(256)"#, "error: bad argument #1 to 'char' (value out of range)"),
        (#"string.char(-1)"#, "error: bad argument #1 to 'char' (value out of range)"),
        (
            #"('MiXed'):upper(), ('MiXed'):lower(), ('abc'):reverse(), (''):reverse(), ('abc'):len(), #'abc'"#,
            "MIXED | mixed | cba |  | 3 | 3"
        ),
        (
            #"('hello world'):find('o w'), ('hello'):find('l'), ('hello'):find('xyz'), ('hello'):find(''), ('hello'):find('', 10), ('hello'):find('', 6)"#,
            "5 | 3 | nil | 1 | nil | 6 | 5"
        ),
        (
            #"('hello'):find('l', 1, true), ('a.b'):find('.', 1, true), ('a.b'):find('.', -2), ('a+b'):find('+', 1, true)"#,
            "3 | 2 | 2 | 2 | 2"
        ),
        (#"('key = value'):match('^(%w+)%s*=%s*(%w+)$')"#, "key | value"),
        (#"('2024-05-06'):match('(%d+)-(%d+)-(%d+)')"#, "2024 | 05 | 06"),
        (#"('  trim  '):match('^%s*(.-)%s*$')"#, "trim"),
        (#"('f(a(b)c)d'):match('%b()')"#, "(a(b)c)"),
        (#"('THE (quick) fox'):find('%((%a+)%)')"#, "5 | 11 | quick"),
        (#"('hello'):match('()ll()')"#, "3 | 5"),
        (#"('abcabc'):match('(abc)%1')"#, "abc"),
        (#"('hello.world'):gsub('%.', '-')"#, "hello-world | 1"),
        (#"('hello world'):gsub('(%w+)', '<%1>')"#, "<hello> <world> | 2"),
        (#"('hello world'):gsub('%w+', '%0 %0', 1)"#, "hello hello world | 1"),
        (#"('abc'):gsub('', '-')"#, "-a-b-c- | 4"),
        (#"('abc'):gsub('%w', {a = '1', b = true and 'B'})"#, "1Bc | 3"),
        (#"('abc'):gsub('%w', function(c) if c == 'b' then return 'X' end end)"#, "aXc | 3"),
        (#"('abc'):gsub('b', '%2')"#, "error: invalid capture index %2"),
        (#"('abc'):gsub('b', '%x')"#, "error: invalid use of '%' in replacement string"),
        (#"('abc'):gsub('(', 'x')"#, "xaxbxcx | 4"),
        (#"('abc'):gsub('%', 'x')"#, "error: malformed pattern (ends with '%')"),
        (#"('abc'):gsub('[a', 'x')"#, "error: malformed pattern (missing ']')"),
        (#"('abc'):gsub('b', {})"#, "abc | 1"),
        (#"('abc'):gsub('b', function() return {} end)"#, "error: invalid replacement value (a table)"),
        (#"('abc'):gsub('b')"#, "error: bad argument #2 to 'gsub' (string/function/table expected, got no value)"),
        (#"('abc def'):gsub('^%w', 'X')"#, "Xbc def | 1"),
        (#"('x^2'):gsub('%^', '**')"#, "x**2 | 1"),
        (#"('THE (quick) fox'):gsub('%f[%a]%a+', string.lower)"#, "the (quick) fox | 3"),
        (#"('a,b,,c'):gsub(',', ';', 2)"#, "a;b;,c | 2"),
        (#"('abc'):gsub('.', {a = 1, b = 2.5})"#, "12.5c | 3"),
        (
            #"(function() local t = {} for w in ('one two  three'):gmatch('%a+') do t[#t + 1] = w end return table.concat(t, ',') end)()"#,
            "one,two,three"
        ),
        (
            #"(function() local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[#t + 1] = k .. v end return table.concat(t, ',') end)()"#,
            "a1,b2"
        ),
        (#"(function() local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n end)()"#, "4"),
        (#"(function() local t = {} for w in ('hello'):gmatch('l', 4) do t[#t + 1] = w end return #t end)()"#, "1"),
        (#"('äöü'):len(), ('%d'):gsub('%%d', 'x')"#, "6 | x | 1"),
        (#"('a\0b'):find('\0'), ('a\0b'):find('%z')"#, "2 | 2 | 2"),
        (
            #"tostring(1), tostring(1.0), tostring(-0.0), tostring(1e15), tostring(1e16), tostring(2^53), tostring(1/0), tostring(-1/0), tostring(0.1), tostring(1e100)"#,
            "1 | 1.0 | -0.0 | 1e+15 | 1e+16 | 9.007199254741e+15 | inf | -inf | 0.1 | 1e+100"
        ),
        (
            #"tostring(nil), tostring(true), tostring('x'), tostring(math.maxinteger), tostring(math.pi)"#,
            "nil | true | x | 9223372036854775807 | 3.1415926535898"
        ),
        (
            #"tonumber('10'), tonumber('0x1p4'), tonumber('  12  '), tonumber('1e1'), tonumber('abc'), tonumber('z', 36), tonumber('8', 8), tonumber('1.5e'), tonumber('')"#,
            "10 | 16.0 | 12 | 10.0 | nil | 35 | nil | nil | nil"
        ),
        (#"tonumber('7', 99)"#, "error: bad argument #2 to 'tonumber' (base out of range)"),
        (
            #"'10' + 5, '3' * '4', 10 .. 20, '0x10' + 0, '1.5' + 1, -'2', '7' // 2, '2' ^ 2"#,
            "15 | 12 | 1020 | 16 | 2.5 | -2 | 3 | 4.0"
        ),
        (#"1 < 2, 'a' < 'b', 'a' < 'B', 'Z' < 'a', '' < 'a', 'a\0b' < 'a\0c'"#, "true | true | false | true | true | true"),
        (#"1 < 'x'"#, "error: attempt to compare number with string"),
        (#"{} < {}"#, "error: attempt to compare two table values"),
        (#"nil .. 'x'"#, "error: attempt to concatenate a nil value"),
        (#"#nil"#, "error: attempt to get length of a nil value"),
        (#"(nil)()"#, "error: attempt to call a nil value"),
        (
            #"10 // 3, 10 % 3, -10 // 3, -10 % 3, 10 % -3, 5.5 // 2, 5.5 % 2, 1 // 0.0, 3 / 2, 7 & 3, 7 | 8, 5 ~ 1, ~0, 1 << 62, 1 << 64, 2^10"#,
            "3 | 1 | -4 | 2 | -2 | 2.0 | 1.5 | inf | 1.5 | 3 | 15 | 4 | -1 | 4611686018427387904 | 0 | 1024.0"
        ),
        (#"1 // 0"#, "error: attempt to divide by zero"),
        (#"1 % 0"#, "error: attempt to perform 'n%0'"),
        (#"1.5 & 1"#, "error: number has no integer representation"),
        (
            #"math.maxinteger + 1 == math.mininteger, math.maxinteger * 2.0, math.ult(1, -1), math.tointeger(3.0), math.tointeger(3.5), math.type(1), math.type(1.0), math.type('1')"#,
            "true | 1.844674407371e+19 | true | 3 | nil | integer | float | nil"
        ),
        (
            #"math.floor(3.7), math.ceil(3.2), math.floor(-3.7), math.abs(-3), math.max(1, 5, 3), math.min(2, 0), math.sqrt(16), math.fmod(7, 3), math.fmod(-7, 3), math.huge, -math.huge"#,
            "3 | 4 | -4 | 3 | 5 | 0 | 4.0 | 1 | -1 | inf | -inf"
        ),
        (#"math.floor('x')"#, "error: bad argument #1 to 'floor' (number expected, got string)"),
        (#"math.max()"#, "error: bad argument #1 to 'max' (value expected)"),
        (#"math.random(0) ~= nil, math.random(5) <= 5, math.random(3, 3), math.random() < 1"#, "true | true | 3 | true"),
        (#"math.random(1, 2, 3)"#, "error: wrong number of arguments"),
        (#"math.randomseed ~= nil or true"#, "true"),
        (#"(function() local t = {3, 1, 2} table.sort(t) return table.concat(t, ' ') end)()"#, "1 2 3"),
        (#"(function() local t = {'b', 'a', 'C'} table.sort(t) return table.concat(t, ' ') end)()"#, "C a b"),
        (
            #"(function() local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t, ' ') end)()"#,
            "3 2 1"
        ),
        (
            #"(function() local t = {} for i = 1, 100 do t[i] = (i * 37) % 101 end table.sort(t) for i = 2, 100 do if t[i] < t[i - 1] then return 'unsorted' end end return 'sorted' end)()"#,
            "sorted"
        ),
        (#"table.sort({1, 'x'})"#, "error: attempt to compare string with number"),
        (#"table.sort({1, {}}, nil)"#, "error: attempt to compare table with number"),
        (#"table.sort(5)"#, "error: bad argument #1 to 'sort' (table expected, got number)"),
        (#"table.sort({1, 2}, 5)"#, "error: bad argument #2 to 'sort' (function expected, got number)"),
        (
            #"table.concat({}), table.concat({1, 2, 3}), table.concat({1, 2, 3}, ', '), table.concat({1, 2, 3}, '-', 2), table.concat({1, 2, 3}, '-', 2, 3), table.concat({1, 2}, 'x', 3), table.concat({1.5, 'a'}, '')"#,
            " | 123 | 1, 2, 3 | 2-3 | 2-3 |  | 1.5a"
        ),
        (#"table.concat({1, {}, 3})"#, "error: invalid value (table) at index 2 in table for 'concat'"),
        (#"table.concat({1, 2}, ',', 1, 5)"#, "error: invalid value (nil) at index 3 in table for 'concat'"),
        (
            #"(function() local t = {1, 2, 3} table.insert(t, 4) table.insert(t, 1, 0) return table.concat(t, ' ') end)()"#,
            "0 1 2 3 4"
        ),
        (#"table.insert({1}, 5, 2)"#, "error: bad argument #2 to 'insert' (position out of bounds)"),
        (#"table.insert({1}, 1, 2, 3)"#, "error: wrong number of arguments to 'insert'"),
        (#"table.insert(nil, 1)"#, "error: bad argument #1 to 'insert' (table expected, got nil)"),
        (#"table.insert({})"#, "error: wrong number of arguments to 'insert'"),
        (
            #"(function() local t = {1, 2, 3} local a = table.remove(t) local b = table.remove(t, 1) return a, b, #t end)()"#,
            "3 | 1 | 1"
        ),
        (#"table.remove({}), table.remove({}, 0), #{}"#, "nil | nil | 0"),
        (#"(function() local t = {1, 2, 3} table.move(t, 1, 3, 2) return table.concat(t, ' ') end)()"#, "1 1 2 3"),
        (#"(function() local t = table.move({1, 2, 3}, 2, 3, 1) return table.concat(t, ' ') end)()"#, "2 3 3"),
        (#"table.concat(table.move({1, 2, 3}, 1, 3, 3, {9, 9}), ' ')"#, "9 9 1 2 3"),
        (#"table.move({}, 1, math.maxinteger, 2)"#, "error: bad argument #4 to 'move' (destination wrap around)"),
        (#"table.move({}, math.mininteger, 0, 1)"#, "error: bad argument #3 to 'move' (too many elements to move)"),
        (#"table.unpack({1, 2, 3}), table.unpack({1, 2, 3}, 2), table.unpack({1, 2}, 1, 3)"#, "1 | 2 | 1 | 2 | nil"),
        (#"table.unpack({}, 1, 1e8)"#, "error: too many results to unpack"),
        (
            #"select('#', table.unpack({n = 3}, 1, 3)), table.pack(1, nil, 3).n, select(-1, 1, 2, 3), select(2, 'a', 'b')"#,
            "3 | 3 | 3 | b"
        ),
        (#"select(0)"#, "error: bad argument #1 to 'select' (index out of range)"),
        (#"utf8.codepoint('häß', 1, -1)"#, "104 | 228 | 223"),
        (#"utf8.codepoint('\xff')"#, "error: invalid UTF-8 code"),
        (#"utf8.len('abc', 5)"#, "error: bad argument #2 to 'len' (initial position out of bounds)"),
        (#"utf8.len('abc', 4), utf8.len('', 1), utf8.len('äb', 1, 1), utf8.len('äb', -1)"#, "0 | 0 | 1 | 1"),
        (#"utf8.offset('ä', 1, 2)"#, "error: initial position is a continuation byte"),
        (#"utf8.char(-1)"#, "error: bad argument #1 to 'char' (value out of range)"),
        (
            #"(function() local t = {} for p, c in utf8.codes('aä€') do t[#t + 1] = p .. ':' .. c end return table.concat(t, ' ') end)()"#,
            "1:97 2:228 4:8364"
        ),
        (#"(function() for p, c in utf8.codes('a\xffb') do end end)()"#, "error: invalid UTF-8 code"),
        (#"utf8.len('\u{D7FF}'), utf8.len('\xed\xa0\x80'), utf8.len('\xed\xa0\x80', 1, -1, true)"#, "1 | nil | 1"),
        (#"pcall(error, {code = 1}) , select(2, pcall(error, 'msg', 0)), select(2, pcall(error))"#, "false | msg | nil"),
        (#"pcall(function() return 1, 2, 3 end)"#, "true | 1 | 2 | 3"),
        (#"xpcall(function() error('x', 0) end, function(m) return 'handled ' .. m end)"#, "false | handled x"),
        (#"select('#', pcall(error, nil))"#, "2"),
        (#"assert(1, 2, 3)"#, "1 | 2 | 3"),
        (#"assert(false)"#, "error: assertion failed!"),
        (#"assert(nil, 'own message')"#, "error: own message"),
        (
            #"rawequal('a', 'a'), rawlen({1, 2}), rawlen('abc'), rawget({a = 1}, 'a'), rawset({}, 'a', 1).a"#,
            "true | 2 | 3 | 1 | 1"
        ),
        (#"rawlen(5)"#, "error: bad argument #1 to 'rawlen' (table or string expected, got number)"),
        (
            #"type(nil), type(1), type('x'), type({}), type(type), type(true)"#,
            "nil | number | string | table | function | boolean"
        ),
        (#"type()"#, "error: bad argument #1 to 'type' (value expected)"),
        (#"next({}), next({5}), rawequal(next, next)"#, "nil | 1 | true"),
        (#"ipairs({})"#, "function | table | 0"),
        (#"ipairs()"#, "error: bad argument #1 to 'ipairs' (value expected)"),
        (#"(function() local s = 0 for i, v in ipairs({1, 2, nil, 4}) do s = s + v end return s end)()"#, "3"),
        (#"(function() local s = 0 for k, v in pairs({10, 20, x = 30}) do s = s + v end return s end)()"#, "60"),
        (#"setmetatable({}, {__index = function(t, k) return k .. '!' end}).foo"#, "foo!"),
        (#"setmetatable({}, {__call = function(self, a) return a + 1 end})(41)"#, "42"),
        (#"#setmetatable({}, {__len = function() return 42 end})"#, "42"),
        (#"(setmetatable({}, {__add = function(a, b) return 'added' end}) + 1)"#, "added"),
        (#"(setmetatable({}, {__concat = function(a, b) return 'joined' end}) .. 'x')"#, "joined"),
        (#"setmetatable({}, {__eq = function() return true end}) == setmetatable({}, {})"#, "true"),
        (#"setmetatable({}, {__lt = function() return true end}) < {}"#, "true"),
        (#"getmetatable(setmetatable({}, {__metatable = 'secret'}))"#, "secret"),
        (#"setmetatable(setmetatable({}, {__metatable = 'x'}), {})"#, "error: cannot change a protected metatable"),
        (#"setmetatable(1, {})"#, "error: bad argument #1 to 'setmetatable' (table expected, got number)"),
        (#"setmetatable({}, 1)"#, "error: bad argument #2 to 'setmetatable' (nil or table expected, got number)"),
        (
            #"(function() local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.a = 2 return t.a end)()"#,
            "4"
        ),
        (#"(function() local a <const> = 5 return a end)()"#, "5"),
        (#"(function() goto done do return 'no' end ::done:: return 'yes' end)()"#, "yes"),
        (#"(function(...) return select('#', ...), ... end)(1, nil, 3)"#, "3 | 1 | nil | 3"),
        (
            #"(function() local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return co(1), co(10) end)()"#,
            "2 | 20"
        ),
        (
            #"(function() local co = coroutine.create(function() error('inside', 0) end) return coroutine.resume(co) end)()"#,
            "false | inside"
        ),
        (
            #"(function() local co = coroutine.create(function() return 1 end) coroutine.resume(co) return coroutine.resume(co) end)()"#,
            "false | cannot resume dead coroutine"
        ),
        (
            #"(function() local co = coroutine.create(function() coroutine.yield() end) local a = coroutine.status(co) coroutine.resume(co) local b = coroutine.status(co) coroutine.resume(co) return a, b, coroutine.status(co) end)()"#,
            "suspended | suspended | dead"
        ),
        (
            #"(function() local co = coroutine.create(function() coroutine.yield(1) end) coroutine.resume(co) return coroutine.close(co), coroutine.status(co) end)()"#,
            "true | dead"
        ),
        (
            #"(function() local f = coroutine.wrap(function() error({}) end) local ok, e = pcall(f) return ok, type(e) end)()"#,
            "false | table"
        ),
        (
            #"(function() local f = coroutine.wrap(function() local ok, v = pcall(function() return coroutine.yield(1) + 1 end) coroutine.yield(v) return 'end' end) return f(), f(41), f() end)()"#,
            "1 | 42 | end"
        ),
        (
            #"(function() local f = coroutine.wrap(function() for k in pairs({a = 1}) do coroutine.yield(k) end end) return f() end)()"#,
            "a"
        ),
        (#"coroutine.isyieldable(), select(2, coroutine.running())"#, "false | true"),
        (
            #"(function() local r = {} for i = 3, 1, -1 do r[#r + 1] = i end for i = 1.0, 2 do r[#r + 1] = i end return table.concat(r, ' ') end)()"#,
            "3 2 1 1.0 2.0"
        ),
        (#"(function() for i = 1, 10, 0 do end end)()"#, "error: 'for' step is zero"),
        (#"(function() local n = 0 for i = math.maxinteger - 1, math.maxinteger do n = n + 1 end return n end)()"#, "2"),
    ]
}
