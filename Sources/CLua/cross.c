// SPDX-License-Identifier: Apache-2.0
//
// Values on their way out of Lua. The format, all numbers little-endian:
//
//   values  count u32, then that many values
//   value   'z' null | 'f' false | 't' true | 'i' i64 | 'd' f64 | 's' u32 UTF-8 | 'b' u32 bytes
//           | 'a' u32 values | 'o' u32 (u32 name, value)… | 'h' u32 slot, u32 generation
//
// A table whose keys are exactly 1…n is an array; one with string keys an object, its fields sorted bytewise. An empty
// table is an object unless it carries the array mark.

#include "internal.h"

#include <stdlib.h>

bool buffer_put(byte_buffer *b, const void *bytes, size_t count) {
    if (b->count + count > b->capacity) {
        size_t capacity = (b->count + count) * 2 + 512;
        uint8_t *grown = realloc(b->bytes, capacity);
        if (!grown) return false;
        b->bytes = grown;
        b->capacity = capacity;
    }
    if (count) memcpy(b->bytes + b->count, bytes, count);
    b->count += count;
    return true;
}

/// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(const uint8_t *t, size_t count) {
    for (size_t i = 0; i < count;) {
        uint8_t c = t[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        size_t more = c >= 0xc2 && c < 0xe0 ? 1 : (c & 0xf0) == 0xe0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 0;
        if (!more || i + more >= count) return false;
        uint8_t d = t[i + 1];
        if ((d & 0xc0) != 0x80 || (c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) ||
            (c == 0xf4 && d > 0x8f))
            return false;
        for (size_t k = 2; k <= more; k++)
            if ((t[i + k] & 0xc0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

table_key *keys_add(lua_State *L) {
    clua_state *s = state_of(L);
    if (s->keys_count == s->keys_capacity) {
        size_t capacity = s->keys_capacity * 2 + 64;
        table_key *grown = realloc(s->keys, capacity * sizeof *grown);
        if (!grown) luaL_error(L, "no memory to look through a table");
        s->keys = grown;
        s->keys_capacity = capacity;
    }
    return &s->keys[s->keys_count++];
}

static void put(lua_State *L, const void *bytes, size_t count) {
    clua_state *s = state_of(L);
    if (s->out.count + count <= s->limits.value_bytes && buffer_put(&s->out, bytes, count)) return;
    lua_pushfstring(L, "more than %d bytes of data at once", (int)s->limits.value_bytes);
    failure_raise(L, CLUA_VALUE);
}

static void put_u32(lua_State *L, char tag, size_t number) {
    uint32_t n = (uint32_t)number;
    if (tag) put(L, &tag, 1);
    put(L, &n, 4);
}

/// Raises an error that names the place in the data: "argument 1.lines[3].price: …".
static void fail(lua_State *L, int depth, const char *what, const char *problem) {
    clua_state *s = state_of(L);
    lua_pushstring(L, what);
    for (int i = 0; i <= depth; i++) {
        if (s->path[i].name) {
            lua_pushstring(L, i ? "." : " ");
            lua_pushlstring(L, s->path[i].name, s->path[i].length < 60 ? s->path[i].length : 60);
            lua_concat(L, 3);
        } else {
            lua_pushfstring(L, i ? "[%I]" : " %I", (LUAI_UACINT)s->path[i].index);
            lua_concat(L, 2);
        }
    }
    lua_pushfstring(L, ": %s", problem);
    lua_concat(L, 2);
    failure_raise(L, CLUA_VALUE);
}

static void encode(lua_State *L, int index, int depth, const char *what);

static void encode_array(lua_State *L, int index, lua_Integer n, int depth, const char *what) {
    clua_state *s = state_of(L);
    put_u32(L, 'a', (size_t)n);
    for (lua_Integer i = 1; i <= n; i++) {
        s->path[depth + 1].name = NULL;
        s->path[depth + 1].index = i;
        lua_rawgeti(L, index, i);
        encode(L, lua_gettop(L), depth + 1, what);
        lua_pop(L, 1);
    }
}

/// The names are in `s->keys` from `base` on.
static void encode_object(lua_State *L, int index, size_t base, int depth, const char *what) {
    clua_state *s = state_of(L);
    size_t n = s->keys_count - base;
    keys_sort(L, base);
    put_u32(L, 'o', n);
    for (size_t i = 0; i < n; i++) {
        const char *name = s->keys[base + i].text;
        size_t length = s->keys[base + i].length;
        s->path[depth + 1].name = name;
        s->path[depth + 1].length = length;
        if (!is_utf8((const uint8_t *)name, length)) fail(L, depth, what, "the name of a field is no valid UTF-8");
        put_u32(L, 0, length);
        put(L, name, length);
        lua_pushlstring(L, name, length);
        lua_rawget(L, index);
        encode(L, lua_gettop(L), depth + 1, what);
        lua_pop(L, 1);
    }
    s->keys_count = base;
}

static bool is_marked_array(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_array);
    bool marked = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return marked;
}

static void encode_table(lua_State *L, int index, int depth, const char *what) {
    clua_state *s = state_of(L);
    if (depth >= s->limits.value_depth) fail(L, depth, what, "nested too deep");
    const void *self = lua_topointer(L, index);
    for (int i = 0; i < depth; i++)
        if (s->ancestors[i] == self) fail(L, depth, what, "the table contains itself");
    s->ancestors[depth] = self;

    size_t base = s->keys_count;
    lua_Integer items = 0, most = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        charge(L, 1);
        if (lua_type(L, -2) == LUA_TSTRING) {
            if (lua_tostring(L, -2) == s->call_name) continue;
            table_key *key = keys_add(L);
            key->kind = KEY_STRING;
            key->text = lua_tolstring(L, -2, &key->length);
        } else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0) {
            lua_Integer i = lua_tointeger(L, -2);
            items++;
            if (i > most) most = i;
        } else {
            fail(L, depth, what, "a table's keys must be 1, 2, 3, … or names");
        }
    }
    size_t names = s->keys_count - base;
    if (items && names) fail(L, depth, what, "the table has both numbers and names as keys");
    if (items && most != items) fail(L, depth, what, "the list has holes: its keys must be 1, 2, 3, … without a gap");
    if (items) encode_array(L, index, items, depth, what);
    else if (names == 0 && is_marked_array(L, index)) put_u32(L, 'a', 0);
    else encode_object(L, index, base, depth, what);
}

static void encode_text(lua_State *L, int index) {
    size_t count;
    const char *text = lua_tolstring(L, index, &count);
    charge_bytes(L, count);
    put_u32(L, is_utf8((const uint8_t *)text, count) ? 's' : 'b', count);
    put(L, text, count);
}

/// `index` is absolute; the value's own place is `path[depth]`.
static void encode(lua_State *L, int index, int depth, const char *what) {
    charge(L, 1);
    luaL_checkstack(L, 8, "too much nested data");
    switch (lua_type(L, index)) {
    case LUA_TNIL: put(L, "z", 1); break;
    case LUA_TBOOLEAN: put(L, lua_toboolean(L, index) ? "t" : "f", 1); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            lua_Integer number = lua_tointeger(L, index);
            put(L, "i", 1);
            put(L, &number, 8);
        } else {
            lua_Number number = lua_tonumber(L, index);
            put(L, "d", 1);
            put(L, &number, 8);
        }
        break;
    case LUA_TSTRING: encode_text(L, index); break;
    case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(L, index) != &clua_null) fail(L, depth, what, "this value cannot leave Lua");
        put(L, "z", 1);
        break;
    case LUA_TFUNCTION: {
        clua_handle handle = handle_of_function(L, index);
        put_u32(L, 'h', handle.slot);
        put_u32(L, 0, handle.generation);
        break;
    }
    case LUA_TTABLE:
        if (push_whole(L, index)) {
            encode_table(L, lua_gettop(L), depth, what);
            lua_pop(L, 1);
        } else {
            encode_table(L, index, depth, what);
        }
        break;
    default: fail(L, depth, what, "a coroutine cannot leave Lua");
    }
}

void encode_values(lua_State *L, int first, const char *what) {
    clua_state *s = state_of(L);
    int top = lua_gettop(L);
    s->out.count = 0;
    s->keys_count = 0;
    put_u32(L, 0, (size_t)(top - first + 1));
    for (int i = first; i <= top; i++) {
        s->path[0].name = NULL;
        s->path[0].index = i - first + 1;
        encode(L, i, 0, what);
    }
}
