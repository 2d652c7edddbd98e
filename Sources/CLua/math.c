// SPDX-License-Identifier: Apache-2.0
//
// The stock math library, but random comes from the host's seed (xoshiro256**, as in the stock library) and randomseed is
// absent: a decision must be the same when it is run again.

#include "internal.h"

static uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }

static uint64_t next_random(clua_state *s) {
    uint64_t *r = s->random, result = rotated(r[1] * 5, 7) * 9, t = r[1] << 17;
    r[2] ^= r[0];
    r[3] ^= r[1];
    r[1] ^= r[2];
    r[0] ^= r[3];
    r[2] ^= t;
    r[3] = rotated(r[3], 45);
    return result;
}

/// Evenly in 0…most: draws again while the draw is beyond.
static uint64_t below(clua_state *s, uint64_t most) {
    uint64_t mask = most;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    uint64_t drawn;
    do drawn = next_random(s) & mask;
    while (drawn > most);
    return drawn;
}

static int math_random(lua_State *L) {
    clua_state *s = state_of(L);
    lua_Integer low = 1, high;
    charge(L, 1);
    switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, (double)(next_random(s) >> 11) * 0x1p-53); return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)next_random(s));
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default: return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    lua_pushinteger(L, (lua_Integer)(below(s, (uint64_t)high - (uint64_t)low) + (uint64_t)low));
    return 1;
}

static void seed_random(clua_state *s, uint64_t seed) {
    // splitmix64, which never gives four zeros.
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        s->random[i] = z ^ z >> 31;
    }
}

void open_math(lua_State *L) {
    clua_state *s = state_of(L);
    seed_random(s, s->limits.seed);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_globals);
    push_subtable(L, "math", 4);
    int own = lua_gettop(L);
    lua_pushcfunction(L, luaopen_math);
    lua_call(L, 0, 1);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, own);
    }
    lua_pop(L, 1);
    lua_pushcfunction(L, math_random);
    lua_setfield(L, own, "random");
    // Not in Lua 5.4, but in some builds of it: scripts shall not depend on which.
    static const char *const removed[] = {"randomseed", "atan2", "cosh", "sinh", "tanh", "pow", "frexp", "ldexp", "log10"};
    for (size_t i = 0; i < sizeof removed / sizeof *removed; i++) {
        lua_pushnil(L);
        lua_setfield(L, own, removed[i]);
    }
    lua_pop(L, 1);
}
