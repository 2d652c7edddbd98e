// SPDX-License-Identifier: Apache-2.0
//
// The string library, with its work charged and its results bounded. Absent: dump, pack, unpack, packsize.

#include "internal.h"

#include <ctype.h>

void text_begin(lua_State *L, text_buffer *b) {
    b->L = L;
    b->bytes = b->local;
    b->count = 0;
    b->capacity = sizeof b->local;
    lua_pushnil(L);
    b->slot = lua_gettop(L);
}

char *text_room(text_buffer *b, size_t count) {
    if (count <= b->capacity - b->count) return b->bytes + b->count;
    size_t most = state_of(b->L)->limits.block - 64;
    if (count > most || b->count > most - count) luaL_error(b->L, "resulting string too large");
    size_t capacity = b->capacity * 2;
    if (capacity < b->count + count) capacity = b->count + count;
    if (capacity > most) capacity = most;
    char *grown = lua_newuserdatauv(b->L, capacity, 0);
    memcpy(grown, b->bytes, b->count);
    lua_replace(b->L, b->slot);
    b->bytes = grown;
    b->capacity = capacity;
    return grown + b->count;
}

void text_add(text_buffer *b, const char *bytes, size_t count) {
    charge_bytes(b->L, count);
    memcpy(text_room(b, count), bytes, count);
    b->count += count;
}

void text_add_value(text_buffer *b) {
    size_t count;
    const char *text = lua_tolstring(b->L, -1, &count);
    text_add(b, text, count);
    lua_pop(b->L, 1);
}

void text_push(text_buffer *b) { lua_pushlstring(b->L, b->bytes, b->count); }

/// The bytes i…j of a string of this length, as Lua counts them. Returns how many there are.
static size_t range(lua_Integer i, lua_Integer j, size_t length, size_t *first) {
    lua_Integer n = (lua_Integer)length;
    if (i < 0) i = i < -n ? 1 : n + i + 1;
    else if (i == 0) i = 1;
    if (j > n) j = n;
    else if (j < 0) j = j < -n ? 0 : n + j + 1;
    if (i > j) return 0;
    *first = (size_t)i - 1;
    return (size_t)(j - i + 1);
}

static int string_len(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    lua_pushinteger(L, (lua_Integer)length);
    return 1;
}

static int string_sub(lua_State *L) {
    size_t length, first = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    size_t count = range(luaL_checkinteger(L, 2), luaL_optinteger(L, 3, -1), length, &first);
    charge(L, 1 + (count >> 6));
    lua_pushlstring(L, text + first, count);
    return 1;
}

static int string_byte(lua_State *L) {
    size_t length, first = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer i = luaL_optinteger(L, 2, 1);
    size_t count = range(i, luaL_optinteger(L, 3, i), length, &first);
    if (count > MAX_RESULTS) return luaL_error(L, "string slice too long");
    charge(L, 1 + (count >> 2));
    luaL_checkstack(L, (int)count, "string slice too long");
    for (size_t k = 0; k < count; k++) lua_pushinteger(L, (unsigned char)text[first + k]);
    return (int)count;
}

static int string_char(lua_State *L) {
    int n = lua_gettop(L);
    text_buffer b;
    text_begin(L, &b);
    charge(L, 1 + ((size_t)n >> 2));
    char *out = text_room(&b, (size_t)n);
    for (int i = 1; i <= n; i++) {
        lua_Unsigned c = (lua_Unsigned)luaL_checkinteger(L, i);
        luaL_argcheck(L, c <= 255, i, "value out of range");
        out[i - 1] = (char)c;
    }
    b.count = (size_t)n;
    text_push(&b);
    return 1;
}

static int transformed(lua_State *L, int (*change)(int)) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    charge(L, 1 + (length >> 4));
    text_buffer b;
    text_begin(L, &b);
    char *out = text_room(&b, length);
    if (change) for (size_t i = 0; i < length; i++) out[i] = (char)change((unsigned char)text[i]);
    else for (size_t i = 0; i < length; i++) out[i] = text[length - 1 - i];
    b.count = length;
    text_push(&b);
    return 1;
}

static int string_lower(lua_State *L) { return transformed(L, tolower); }
static int string_upper(lua_State *L) { return transformed(L, toupper); }
static int string_reverse(lua_State *L) { return transformed(L, NULL); }

static int string_rep(lua_State *L) {
    size_t length, between;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &between);
    charge(L, 1);
    if (n <= 0 || length + between == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    size_t most = state_of(L)->limits.block - 64;
    if ((lua_Unsigned)n > most / (length + between) + 1 || (lua_Unsigned)n * (length + between) - between > most)
        return luaL_error(L, "resulting string too large");
    size_t total = (size_t)n * (length + between) - between;
    charge(L, (size_t)n / 8 + (total >> 6));
    text_buffer b;
    text_begin(L, &b);
    char *out = text_room(&b, total);
    while (n-- > 1) {
        memcpy(out, text, length);
        memcpy(out + length, separator, between);
        out += length + between;
    }
    memcpy(out, text, length);
    b.count = total;
    text_push(&b);
    return 1;
}

/// A text that is taken for a table, `answer.text`: nothing would come of it, silently.
static int string_member(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    size_t length;
    const char *name = lua_tolstring(L, 2, &length);
    push_suggestion(L, 1, name, length);
    return luaL_error(L, "a text has no '%s'%s", name, lua_tostring(L, -1));
}

void open_string(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"len", string_len},         {"sub", string_sub},     {"byte", string_byte},     {"char", string_char},
        {"lower", string_lower},     {"upper", string_upper}, {"reverse", string_reverse}, {"rep", string_rep},
        {"format", string_format},   {"find", string_find},   {"match", string_match},   {"gmatch", string_gmatch},
        {"gsub", string_gsub},       {NULL, NULL}};
    // The stock library is opened for the arithmetic of its metatable only ("10" + 1).
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    push_subtable(L, "string", 6);
    set_functions(L, functions);
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    // A table of its own: `string.x` is looked at by scripts that want to know whether there is one.
    lua_newtable(L);
    set_functions(L, functions);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, string_member);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 3);
}
