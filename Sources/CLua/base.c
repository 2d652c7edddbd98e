// SPDX-License-Identifier: Apache-2.0
//
// The basic functions. Absent: load, loadstring, loadfile, dofile, collectgarbage, print, warn.

#include "internal.h"

#include <stdio.h>

char clua_null;

void set_functions(lua_State *L, const luaL_Reg *functions) {
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}

const char *to_text(lua_State *L, int index, size_t *length) {
    index = lua_absindex(L, index);
    charge(L, 1);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
        return lua_tolstring(L, -1, length);
    }
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING: lua_pushvalue(L, index); break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNIL: lua_pushliteral(L, "nil"); break;
    case LUA_TLIGHTUSERDATA:
        lua_pushstring(L, lua_touserdata(L, index) == &clua_null ? "null" : "userdata");
        break;
    default: {
        // No address: it would differ from run to run.
        int type = luaL_getmetafield(L, index, "__name");
        if (type == LUA_TSTRING) break;
        if (type != LUA_TNIL) lua_pop(L, 1);
        lua_pushstring(L, luaL_typename(L, index));
    }
    }
    return lua_tolstring(L, -1, length);
}

static int base_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    to_text(L, 1, NULL);
    return 1;
}

static const char *const refused[] = {"__gc", "__mode", "__close"};

static int call_go_on(lua_State *L, int status, lua_KContext context) {
    (void)status, (void)context;
    return lua_gettop(L);
}

/// What Lua finds as the __call of every metatable: looks for the real one, which may be callable in turn; so every step
/// is a C call, and those are limited.
static int call_table(lua_State *L) {
    charge(L, 4);
    if (!lua_getmetatable(L, 1)) lua_newtable(L);
    lua_pushliteral(L, "__call");
    lua_rawget(L, -2);
    lua_remove(L, -2);
    if (lua_isnil(L, -1)) {
        luaL_where(L, 1);
        lua_pushfstring(L, "attempt to call a %s value", luaL_typename(L, 1));
        lua_concat(L, 2);
        return lua_error(L);
    }
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, call_go_on);
    return lua_gettop(L);
}

void set_caller(lua_State *L, int metatable) {
    metatable = lua_absindex(L, metatable);
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_call);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, metatable) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushcfunction(L, call_table);
        lua_rawset(L, metatable);
        return;
    }
    lua_pop(L, 2);
}

static int base_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    charge(L, 1);
    if (type == LUA_TTABLE) {
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            lua_pushstring(L, refused[i]);
            if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "'%s' is not available to scripts", refused[i]);
            lua_pop(L, 1);
        }
    }
    if (lua_getmetatable(L, 1)) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_array);
        bool is_mark = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
        if (!is_mark && luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
            return luaL_error(L, "cannot change a protected metatable");
    }
    lua_settop(L, 2);
    if (type == LUA_TTABLE) set_caller(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

static int base_getmetatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    luaL_getmetafield(L, 1, "__metatable");
    return 1;
}

static int base_rawset(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    if (push_locked(L, 1)) return luaL_error(L, "rawset: this table is read-only");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

static int base_rawget(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    if (push_whole(L, 1)) lua_replace(L, 1);
    lua_settop(L, 2);
    lua_rawget(L, 1);
    return 1;
}

static int base_rawlen(lua_State *L) {
    int type = lua_type(L, 1);
    luaL_argexpected(L, type == LUA_TTABLE || type == LUA_TSTRING, 1, "table or string");
    if (push_locked(L, 1)) lua_replace(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

/// What pcall and its kin do with an outcome: a limit goes on upwards.
static int outcome(lua_State *L, int status, lua_KContext extra) {
    clua_state *s = state_of(L);
    if (s->limit || s->stop) raise_stop(L);
    if (status == LUA_ERRMEM) raise_limit(L, CLUA_MEMORY);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)extra;
}

static int base_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    charge(L, 10);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return outcome(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, outcome), 0);
}

/// The handler runs after the stack was unwound: there is no debug library that could tell.
static int handled(lua_State *L, int status, lua_KContext extra) {
    if (status == LUA_OK || status == LUA_YIELD) return outcome(L, status, extra);
    clua_state *s = state_of(L);
    if (s->limit || s->stop || status == LUA_ERRMEM) return outcome(L, status, extra);
    charge(L, 10);
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    int again = lua_pcall(L, 1, 1, 0);
    if (s->limit || s->stop || again == LUA_ERRMEM) return outcome(L, again, extra);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static int base_xpcall(lua_State *L) {
    int arguments = lua_gettop(L) - 2;
    luaL_checktype(L, 2, LUA_TFUNCTION);
    charge(L, 10);
    // handler, true, function, arguments
    lua_pushvalue(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 3);
    lua_remove(L, 1);
    lua_remove(L, 1);
    return handled(L, lua_pcallk(L, arguments, LUA_MULTRET, 0, 1, handled), 1);
}

static int base_error(lua_State *L) {
    int level = (int)luaL_optinteger(L, 2, 1);
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
        luaL_where(L, level);
        lua_pushvalue(L, 1);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

/// Upvalue: the stock function. Reading a million digits takes milliseconds.
static int base_tonumber(lua_State *L) {
    charge(L, 1 + (lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) >> 2 : 0));
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int base_array(lua_State *L) {
    if (lua_isnoneornil(L, 1)) lua_newtable(L);
    else luaL_checktype(L, 1, LUA_TTABLE), lua_pushvalue(L, 1);
    if (lua_getmetatable(L, -1)) luaL_error(L, "array: the table has a metatable already");
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_array);
    lua_setmetatable(L, -2);
    return 1;
}

static int base_lock(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *name = luaL_optstring(L, 2, "this table");
    lua_pushvalue(L, 1);
    if (!push_locked(L, 1)) lock_table(L, name);
    else lua_pop(L, 1);
    return 1;
}

static int base_turn(lua_State *L) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    if (!push_locked(L, 1)) return luaL_argerror(L, 1, "a read-only view expected");
    turn_view(L);
    return 0;
}

/// Makes of bytes, as they stand in cross.c, the value that they mean.
static int base_open(lua_State *L) {
    clua_bytes value;
    value.bytes = (const uint8_t *)luaL_checklstring(L, 1, &value.count);
    push_value(L, value);
    return 1;
}

void open_base(lua_State *L) {
    static const char *const kept[] = {"assert", "ipairs", "rawequal", "select", "type"};
    static const luaL_Reg own[] = {
        {"tostring", base_tostring}, {"setmetatable", base_setmetatable}, {"getmetatable", base_getmetatable},
        {"rawset", base_rawset},     {"rawget", base_rawget},             {"rawlen", base_rawlen},
        {"pcall", base_pcall},       {"xpcall", base_xpcall},             {"error", base_error},
        {"pairs", order_pairs},      {"next", order_next},                {"__array", base_array},
        {"__lock", base_lock},       {"__turn", base_turn},
        {"__open", base_open},       {NULL, NULL}};
    // The stock library writes into the registry's globals, which we lend it a table for.
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 0);
    lua_pushvalue(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        lua_getfield(L, -2, kept[i]);
        lua_setfield(L, -2, kept[i]);
    }
    set_functions(L, own);
    lua_getfield(L, -2, "tonumber");
    lua_pushcclosure(L, base_tonumber, 1);
    lua_setfield(L, -2, "tonumber");
    lua_pushliteral(L, "Lua 5.4");
    lua_setfield(L, -2, "_VERSION");
    lua_pushlightuserdata(L, &clua_null);
    lua_setfield(L, -2, "null");
    lua_pop(L, 3);
}
