// SPDX-License-Identifier: Apache-2.0
//
// Any pattern against any text, through find, match, gmatch and gsub: it ends inside its budget, and where it ends well
// the stock library of the same Lua says the same. Input: one byte for the function, the pattern, a byte 0xff, the text.

#include "fuzz.h"

#include <lauxlib.h>
#include <lualib.h>

/// Work up to which the stock matcher, which knows no budget, is asked too.
#define COMPARED 5000

static const char program[] =
    "local way, text, pattern = ...\n"
    "local function show(ok, ...)\n"
    "  if not ok then return 'error' end\n"
    "  local shown = {}\n"
    "  for i = 1, select('#', ...) do shown[i] = tostring((select(i, ...))) end\n"
    "  return table.concat(shown, '\\1')\n"
    "end\n"
    "if way == 0 then return show(pcall(string.find, text, pattern)) end\n"
    "if way == 1 then return show(pcall(string.match, text, pattern)) end\n"
    "if way == 2 then return show(pcall(string.gsub, text, pattern, '<%0>')) end\n"
    "if way == 3 then return show(pcall(string.find, text, pattern, -3)) end\n"
    "return show(pcall(function()\n"
    "  local found = {}\n"
    "  for a, b in string.gmatch(text, pattern) do\n"
    "    found[#found + 1] = tostring(a) .. '\\2' .. tostring(b)\n"
    "    if #found > 100 then break end\n"
    "  end\n"
    "  return table.concat(found, '\\3')\n"
    "end))";

static size_t put_text(uint8_t *to, const uint8_t *text, uint32_t count) {
    to[0] = 'b';
    memcpy(to + 1, &count, 4);
    memcpy(to + 5, text, count);
    return count + 5;
}

static void compare(int way, clua_bytes text, clua_bytes pattern, clua_bytes ours) {
    static lua_State *stock;
    if (!stock) {
        stock = luaL_newstate();
        PROMISE(stock, "no memory");
        luaL_openlibs(stock);
        PROMISE(luaL_loadstring(stock, program) == LUA_OK, "the harness's own program does not load");
    }
    lua_settop(stock, 1);
    lua_pushvalue(stock, 1);
    lua_pushinteger(stock, way);
    lua_pushlstring(stock, (const char *)text.bytes, text.count);
    lua_pushlstring(stock, (const char *)pattern.bytes, pattern.count);
    PROMISE(lua_pcall(stock, 3, 1, 0) == LUA_OK, "stock Lua fails: %s", lua_tostring(stock, -1));
    size_t count;
    const char *theirs = lua_tolstring(stock, -1, &count);
    // Ours: the count of values, the tag, the length.
    PROMISE(ours.count == count + 9 && memcmp(ours.bytes + 9, theirs, count) == 0,
            "way %d: stock Lua finds '%.*s', we find '%.*s'", way, (int)count, theirs, (int)ours.count - 9,
            ours.bytes + 9);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    int way = data[0] % 5;
    const uint8_t *border = memchr(data + 1, 0xff, size - 1);
    if (!border) return 0;
    clua_bytes pattern = {data + 1, (size_t)(border - data - 1)};
    clua_bytes text = {border + 1, size - (size_t)(border - data) - 1};

    // Patterns leave nothing behind, so a state, which takes time to make, serves for many.
    static clua_state *s;
    static clua_handle function;
    static unsigned runs;
    if (runs++ % 500 == 0) {
        if (s) clua_close(s);
        s = fuzz_state(NULL);
        function = fuzz_load(s, program);
    }
    uint8_t *arguments = calloc(1, size + 32), *next = arguments;
    PROMISE(arguments, "no memory");
    *next = 3, next += 4;
    *next++ = 'i', *next = (uint8_t)way, next += 8;
    next += put_text(next, text.bytes, (uint32_t)text.count);
    next += put_text(next, pattern.bytes, (uint32_t)pattern.count);
    clua_bytes result;
    clua_status status = clua_call(s, function, (clua_bytes){arguments, (size_t)(next - arguments)}, fuzz_budget, &result);
    fuzz_check(s, status);
    if (status == CLUA_OK && clua_last_usage(s).instructions < COMPARED) compare(way, text, pattern, result);
    free(arguments);
    clua_collect_step(s);
    return 0;
}
