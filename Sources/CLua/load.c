// SPDX-License-Identifier: Apache-2.0
//
// Compiling text, and `require` inside what the host resolves.

#include "internal.h"
#include "load.h"

/// Bytes that the compiler gets at once. Between two pieces it can be stopped: some programs take it quadratic time.
#define PIECE 64

typedef struct {
    const char *next, *end;
    int line;
} source_reader;

static const char *next_piece(lua_State *L, void *data, size_t *size) {
    source_reader *r = data;
    size_t rest = (size_t)(r->end - r->next);
    *size = rest < PIECE ? rest : PIECE;
    charge(L, *size);
    const char *piece = r->next;
    r->next += *size;
    for (size_t i = 0; i < *size; i++) r->line += piece[i] == '\n';
    return *size ? piece : NULL;
}

int load_text(lua_State *L, clua_bytes source, const char *chunk) {
    const char *text = (const char *)source.bytes;
    size_t count = source.count;
    if (count >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3, count -= 3;
    if (count > 0 && text[0] == LUA_SIGNATURE[0]) {
        lua_pushfstring(L, "%s:1: compiled code is refused, only text is accepted", chunk);
        return LUA_ERRSYNTAX;
    }
    source_reader r = {text, text + count, 1};
    lua_pushfstring(L, chunk[0] == '=' ? "%s" : "@%s", chunk);
    int status = lua_load(L, next_piece, &r, lua_tostring(L, -1), "t");
    lua_remove(L, -2);
    clua_state *s = state_of(L);
    if (status != LUA_ERRRUN || s->limit || s->stop) return status;
    // The compiler ran out of C levels; it does not say where.
    lua_pop(L, 1);
    lua_pushfstring(L, "%s:%d: nested too deep, at this line or a little before", chunk, r.line);
    return LUA_ERRSYNTAX;
}

static const char loading;

static int module_not_found(lua_State *L, const char *name) {
    lua_pushfstring(L, "module '%s' not found", name);
    return failure_raise(L, CLUA_RESOLVE);
}

static int base_require(lua_State *L) {
    clua_state *s = state_of(L);
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    lua_settop(L, 1);
    charge(L, 20);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_loaded);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 2) == LUA_TLIGHTUSERDATA && lua_touserdata(L, -1) == &loading)
        return luaL_error(L, "module '%s' requires itself, directly or through others", name);
    if (!lua_isnil(L, -1)) return 1;
    clua_bytes source = {NULL, 0}, chunk = {NULL, 0};
    if (!s->resolver(s->context, (clua_bytes){(const uint8_t *)name, length}, &source, &chunk))
        return module_not_found(L, name);
    lua_pushlstring(L, (const char *)chunk.bytes, chunk.count);
    int status = load_text(L, source, lua_tostring(L, -1));
    if (status != LUA_OK) {
        if (status == LUA_ERRMEM) raise_limit(L, CLUA_MEMORY);
        return lua_error(L);
    }
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, (void *)&loading);
    lua_rawset(L, 2);
    lua_pushvalue(L, 1);
    int outcome = lua_pcall(L, 1, 1, 0);
    if (outcome != LUA_OK || lua_isnil(L, -1)) {
        lua_pushvalue(L, 1);
        if (outcome != LUA_OK) lua_pushnil(L);
        else lua_pushboolean(L, 1);
        lua_rawset(L, 2);
        if (outcome != LUA_OK) {
            if (s->limit || s->stop) raise_stop(L);
            if (outcome == LUA_ERRMEM) raise_limit(L, CLUA_MEMORY);
            return lua_error(L);
        }
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

void open_modules(lua_State *L) {
    lua_newtable(L);
    state_of(L)->ref_loaded = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushcfunction(L, base_require);
    set_global(L, "require");
}
