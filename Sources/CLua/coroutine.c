// SPDX-License-Identifier: Apache-2.0
//
// Coroutines of the script's own: limited in number, sharing their caller's budget, and passing limits upwards.

#include "internal.h"

/// Pushes the weak table of the script's coroutines.
static void push_threads(lua_State *L) { lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_threads); }

static bool is_over(lua_State *co) {
    lua_Debug ar;
    int status = lua_status(co);
    if (status == LUA_YIELD) return false;
    return status != LUA_OK || (!lua_getstack(co, 0, &ar) && lua_gettop(co) == 0);
}

static int count_alive(lua_State *L) {
    int alive = 0;
    push_threads(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) alive += !is_over(lua_tothread(L, -2));
    lua_pop(L, 1);
    charge(L, 10);
    return alive;
}

static void make_room(lua_State *L) {
    clua_state *s = state_of(L);
    if (s->limits.coroutines <= 0) luaL_error(L, "coroutines are not available here");
    if (++s->threads <= s->limits.coroutines) return;
    s->threads = count_alive(L) + 1;
    if (s->threads <= s->limits.coroutines) return;
    // Some may be garbage. A small heap is worth a look.
    if (s->used < 4 << 20) {
        charge(L, 5000);
        lua_gc(L, LUA_GCCOLLECT);
        s->threads = count_alive(L) + 1;
        if (s->threads <= s->limits.coroutines) return;
    }
    luaL_error(L, "more than %d coroutines at once", s->limits.coroutines);
}

static int co_create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    charge(L, 20);
    make_room(L);
    lua_State *co = lua_newthread(L);
    push_threads(L);
    lua_pushvalue(L, -2);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

/// The coroutine at `index`; the host's own are not the script's to touch.
static lua_State *own_thread(lua_State *L, int index) {
    lua_State *co = lua_tothread(L, index);
    luaL_argexpected(L, co, index, "coroutine");
    push_threads(L);
    lua_pushvalue(L, index);
    bool is_own = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    if (!is_own) luaL_argerror(L, index, "not a coroutine of the script");
    return co;
}

static const char *status_name(lua_State *L, lua_State *co) {
    lua_Debug ar;
    if (L == co) return "running";
    switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: return lua_getstack(co, 0, &ar) ? "normal" : lua_gettop(co) == 0 ? "dead" : "suspended";
    default: return "dead";
    }
}

/// Resumes. Returns the number of values moved to `L`, or -1 with an error object on top of it.
static int resume(lua_State *L, lua_State *co, int arguments) {
    clua_state *s = state_of(L);
    charge(L, 20);
    const char *status = status_name(L, co);
    if (strcmp(status, "suspended") != 0) {
        lua_pushfstring(L, "cannot resume %s coroutine", status[0] == 'd' ? "dead" : "non-suspended");
        return -1;
    }
    if (!lua_checkstack(co, arguments + 2)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, arguments);
    int results = 0;
    s->current = co;
    install_hook(s, co);
    int outcome = lua_resume(co, L, arguments, &results);
    s->current = L;
    if (s->limit || s->stop) raise_stop(L);
    if (outcome == LUA_ERRMEM) raise_limit(L, CLUA_MEMORY);
    if (outcome != LUA_OK && outcome != LUA_YIELD) {
        s->threads--;
        lua_xmove(co, L, 1);
        return -1;
    }
    if (outcome == LUA_OK) s->threads--;
    if (!lua_checkstack(L, results + 2)) {
        lua_pop(co, results);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, results);
    return results;
}

static int co_resume(lua_State *L) {
    lua_State *co = own_thread(L, 1);
    int results = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, results >= 0);
    lua_insert(L, results >= 0 ? -(results + 1) : -2);
    return results >= 0 ? results + 1 : 2;
}

static int co_step(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int results = resume(L, co, lua_gettop(L));
    if (results >= 0) return results;
    if (lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int co_wrap(lua_State *L) {
    co_create(L);
    lua_pushcclosure(L, co_step, 1);
    return 1;
}

static int co_yield(lua_State *L) {
    if (L == state_of(L)->host_coroutine)
        return luaL_error(L, "coroutine.yield outside a coroutine of the script's own");
    return lua_yield(L, lua_gettop(L));
}

static int co_status(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    lua_pushstring(L, status_name(L, co));
    return 1;
}

static int co_running(lua_State *L) {
    bool is_main = lua_pushthread(L);
    lua_pushboolean(L, is_main || L == state_of(L)->host_coroutine);
    return 2;
}

static int co_isyieldable(lua_State *L) {
    lua_pushboolean(L, L != state_of(L)->host_coroutine && lua_isyieldable(L));
    return 1;
}

static int co_close(lua_State *L) {
    lua_State *co = own_thread(L, 1);
    const char *status = status_name(L, co);
    if (strcmp(status, "suspended") != 0 && strcmp(status, "dead") != 0)
        return luaL_error(L, "cannot close a %s coroutine", status);
    if (status[0] == 's') state_of(L)->threads--;
    if (lua_resetthread(co) == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

void open_coroutine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"create", co_create},   {"resume", co_resume},           {"wrap", co_wrap},   {"yield", co_yield},
        {"status", co_status},   {"isyieldable", co_isyieldable}, {"close", co_close}, {"running", co_running},
        {NULL, NULL}};
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    push_subtable(L, "coroutine", 9);
    set_functions(L, functions);
    lua_pop(L, 1);
}
