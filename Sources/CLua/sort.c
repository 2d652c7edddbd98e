// SPDX-License-Identifier: Apache-2.0
//
// table.sort: a merge sort. It makes at most n·log2(n) comparisons whatever the comparator says, and is stable, so that
// the result does not depend on the algorithm.

#include "internal.h"

#define MAX_SORTED (1 << 17)

/// Stack: 1 table, 2 comparator or nil, 3 copy of the items.
static bool goes_before(lua_State *L, int32_t a, int32_t b) {
    charge(L, 2);
    bool is_less;
    if (lua_isnil(L, 2)) {
        if (lua_rawgeti(L, 3, a) == LUA_TSTRING) charge_bytes(L, lua_rawlen(L, -1));
        lua_rawgeti(L, 3, b);
        is_less = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
    } else {
        lua_pushvalue(L, 2);
        lua_rawgeti(L, 3, a);
        lua_rawgeti(L, 3, b);
        lua_call(L, 2, 1);
        is_less = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return is_less;
}

int table_sort(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer n = luaL_len(L, 1);
    charge(L, 2);
    if (n < 2) return 0;
    luaL_argcheck(L, n <= MAX_SORTED, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    charge(L, (size_t)n);
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 1, i);
        lua_rawseti(L, 3, i);
    }
    int32_t *from = lua_newuserdatauv(L, (size_t)n * sizeof *from, 0);
    int32_t *to = lua_newuserdatauv(L, (size_t)n * sizeof *to, 0);
    for (int32_t i = 0; i < n; i++) from[i] = i + 1;
    for (int32_t width = 1; width < n; width *= 2) {
        for (int32_t low = 0; low < n; low += 2 * width) {
            int32_t middle = low + width < n ? low + width : (int32_t)n;
            int32_t high = middle + width < n ? middle + width : (int32_t)n;
            int32_t i = low, j = middle;
            for (int32_t k = low; k < high; k++) {
                bool left = i < middle && (j >= high || !goes_before(L, from[j], from[i]));
                to[k] = left ? from[i++] : from[j++];
            }
        }
        int32_t *other = from;
        from = to;
        to = other;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        charge(L, 1);
        lua_rawgeti(L, 3, from[i - 1]);
        lua_seti(L, 1, i);
    }
    return 0;
}
