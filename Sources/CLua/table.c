// SPDX-License-Identifier: Apache-2.0
//
// The table library with charged loops. Metamethods are honoured, as in the stock library.

#include "internal.h"

static void check_table(lua_State *L, int index) {
    if (lua_type(L, index) == LUA_TTABLE) return;
    if (lua_getmetatable(L, index)) {
        lua_pop(L, 1);
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
}

static int table_insert(lua_State *L) {
    check_table(L, 1);
    lua_Integer e = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1), position = e;
    charge(L, 2);
    switch (lua_gettop(L)) {
    case 2: break;
    case 3:
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)e, 2, "position out of bounds");
        for (lua_Integer i = e; i > position; i--) {
            charge(L, 1);
            lua_geti(L, 1, i - 1);
            lua_seti(L, 1, i);
        }
        break;
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static int table_remove(lua_State *L) {
    check_table(L, 1);
    lua_Integer size = luaL_len(L, 1), position = luaL_optinteger(L, 2, size);
    charge(L, 2);
    if (position != size)
        luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
    lua_geti(L, 1, position);
    for (; position < size; position++) {
        charge(L, 1);
        lua_geti(L, 1, position + 1);
        lua_seti(L, 1, position);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static int table_move(lua_State *L) {
    lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    check_table(L, 1);
    check_table(L, target);
    charge(L, 2);
    if (end >= from) {
        luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
        lua_Integer n = end - from + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4, "destination wrap around");
        bool forwards = to > end || to <= from || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer k = 0; k < n; k++) {
            lua_Integer i = forwards ? k : n - 1 - k;
            charge(L, 1);
            lua_geti(L, 1, from + i);
            lua_seti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static int table_concat(lua_State *L) {
    check_table(L, 1);
    lua_Integer last = luaL_len(L, 1);
    size_t between;
    const char *separator = luaL_optlstring(L, 2, "", &between);
    lua_Integer i = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    text_buffer b;
    text_begin(L, &b);
    charge(L, 2);
    for (; i <= last; i++) {
        charge(L, 1);
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
                              (LUAI_UACINT)i);
        text_add_value(&b);
        if (i == last) break;
        text_add(&b, separator, between);
    }
    text_push(&b);
    return 1;
}

static int table_pack(lua_State *L) {
    int n = lua_gettop(L);
    charge(L, 1 + (size_t)n / 4);
    lua_createtable(L, n, 1);
    lua_insert(L, 1);
    for (int i = n; i >= 1; i--) lua_rawseti(L, 1, i);
    lua_pushinteger(L, n);
    lua_setfield(L, 1, "n");
    return 1;
}

static int table_unpack(lua_State *L) {
    lua_Integer i = luaL_optinteger(L, 2, 1);
    lua_Integer e = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    charge(L, 1);
    if (i > e) return 0;
    lua_Unsigned n = (lua_Unsigned)e - (lua_Unsigned)i;
    if (n >= MAX_RESULTS || !lua_checkstack(L, (int)++n)) return luaL_error(L, "too many results to unpack");
    for (; i < e; i++) {
        charge(L, 1);
        lua_geti(L, 1, i);
    }
    lua_geti(L, 1, e);
    return (int)n;
}

void open_table(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"insert", table_insert}, {"remove", table_remove}, {"move", table_move}, {"concat", table_concat},
        {"pack", table_pack},     {"unpack", table_unpack}, {"sort", table_sort}, {NULL, NULL}};
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    push_subtable(L, "table", 5);
    set_functions(L, functions);
    lua_pop(L, 1);
}
