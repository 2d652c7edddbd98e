// SPDX-License-Identifier: Apache-2.0
//
// Values on their way into Lua; the format stands in cross.c. The bytes come from our own Swift side, but are read as if
// they could be cut short.

#include "internal.h"

typedef struct {
    const uint8_t *next, *end;
} reader;

static void take(lua_State *L, reader *r, void *into, size_t count) {
    if ((size_t)(r->end - r->next) < count) luaL_error(L, "data for Lua ends too early");
    memcpy(into, r->next, count);
    r->next += count;
}

static uint32_t take_u32(lua_State *L, reader *r) {
    uint32_t number;
    take(L, r, &number, 4);
    return number;
}

static void push_text(lua_State *L, reader *r) {
    size_t count = take_u32(L, r);
    if ((size_t)(r->end - r->next) < count) luaL_error(L, "data for Lua ends too early");
    if (count + 64 > state_of(L)->limits.block) luaL_error(L, "a string of %d bytes is too long for Lua", (int)count);
    charge_bytes(L, count);
    lua_pushlstring(L, (const char *)r->next, count);
    r->next += count;
}

/// A promise about sizes is believed only as far as the bytes that are there.
static int size_hint(const reader *r, size_t count) {
    size_t most = (size_t)(r->end - r->next);
    if (count > most) count = most;
    return count > 4096 ? 4096 : (int)count;
}

static void push(lua_State *L, reader *r, int depth, bool in_array) {
    clua_state *s = state_of(L);
    charge(L, 1);
    uint8_t tag;
    take(L, r, &tag, 1);
    switch (tag) {
    case 'z':
        if (in_array) lua_pushlightuserdata(L, &clua_null);
        else lua_pushnil(L);
        break;
    case 'f': lua_pushboolean(L, 0); break;
    case 't': lua_pushboolean(L, 1); break;
    case 'i': {
        lua_Integer number;
        take(L, r, &number, 8);
        lua_pushinteger(L, number);
        break;
    }
    case 'd': {
        lua_Number number;
        take(L, r, &number, 8);
        lua_pushnumber(L, number);
        break;
    }
    case 's':
    case 'b': push_text(L, r); break;
    case 'h': {
        clua_handle handle;
        handle.slot = take_u32(L, r);
        handle.generation = take_u32(L, r);
        if (handle_push(L, handle) != LUA_TNONE) break;
        // Not ours, or released: data that only looks like a handle stays data.
        lua_createtable(L, 0, 1);
        lua_pushinteger(L, (lua_Integer)((uint64_t)handle.generation << 32 | handle.slot));
        lua_setfield(L, -2, "$function");
        break;
    }
    case 'a': {
        if (depth > s->limits.value_depth) luaL_error(L, "data for Lua is nested too deep");
        size_t count = take_u32(L, r);
        luaL_checkstack(L, 8, "too much nested data");
        lua_createtable(L, size_hint(r, count), 0);
        for (size_t i = 1; i <= count; i++) {
            push(L, r, depth + 1, true);
            lua_rawseti(L, -2, (lua_Integer)i);
        }
        if (count == 0) {
            lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_array);
            lua_setmetatable(L, -2);
        }
        break;
    }
    case 'o': {
        if (depth > s->limits.value_depth) luaL_error(L, "data for Lua is nested too deep");
        size_t count = take_u32(L, r);
        luaL_checkstack(L, 8, "too much nested data");
        lua_createtable(L, 0, size_hint(r, count));
        for (size_t i = 0; i < count; i++) {
            push_text(L, r);
            push(L, r, depth + 1, false);
            lua_rawset(L, -3);
        }
        break;
    }
    default: luaL_error(L, "data for Lua with an unknown tag");
    }
}

int push_values(lua_State *L, clua_bytes values) {
    if (values.count == 0) return 0;
    reader r = {values.bytes, values.bytes + values.count};
    uint32_t count = take_u32(L, &r);
    if (count > 250) luaL_error(L, "more than 250 values at once");
    luaL_checkstack(L, (int)count + 8, "too many values");
    for (uint32_t i = 0; i < count; i++) push(L, &r, 1, false);
    return (int)count;
}

void push_value(lua_State *L, clua_bytes value) {
    reader r = {value.bytes, value.bytes + value.count};
    push(L, &r, 1, false);
}
