// SPDX-License-Identifier: Apache-2.0
//
// The doors: each runs its body under lua_pcall, and answers with a status.

#include "internal.h"
#include "load.h"

#include <stdio.h>

/// Enough for anything that the host does itself.
static const clua_budget generous = {100000000, 2000000000};
static const clua_budget for_loading = {50000000, 500000000};

typedef struct {
    clua_state *s;
    clua_bytes first, second;
    clua_handle in;
    clua_handle *out;
    const char *name;
    uint32_t number;
    lua_State *co;
    bool failed;
    /// What the body itself found, CLUA_OK if it has no opinion.
    clua_status status;
} operation;

static operation *operation_of(lua_State *L) { return lua_touserdata(L, 1); }

static clua_status say(operation *op, clua_status status, const char *text) {
    failure_message(op->s, text, strlen(text));
    return op->status = status;
}

static clua_status run(operation *op, lua_CFunction body, clua_budget budget, clua_bytes *result) {
    clua_state *s = op->s;
    op->status = CLUA_OK;
    enter(s, budget);
    if (s->entries == 1) collect_hard(s);
    lua_State *L = s->current;
    clua_status status = CLUA_MEMORY;
    if (!lua_checkstack(L, 8)) {
        say(op, CLUA_MEMORY, "the Lua stack is full");
    } else {
        int top = lua_gettop(L);
        lua_pushcfunction(L, failure_handler);
        lua_pushcfunction(L, body);
        lua_pushlightuserdata(L, op);
        int outcome = lua_pcall(L, 1, 0, top + 1);
        if (outcome != LUA_OK) status = failure_take(s, L, outcome);
        else if (op->status != CLUA_OK) status = op->status;
        else if (s->stop == CLUA_MEMORY) status = failure_take(s, L, LUA_OK);
        else status = CLUA_OK;
        lua_settop(L, top);
    }
    leave(s);
    if (result) {
        *result = (clua_bytes){NULL, 0};
        if (status == CLUA_OK) *result = (clua_bytes){s->out.bytes, s->out.count};
        if (status == CLUA_SUSPENDED) *result = (clua_bytes){s->request.bytes, s->request.count};
    }
    return status;
}

static bool push_callable(lua_State *L, operation *op, int type, const char *what) {
    int found = handle_push(L, op->in);
    if (found == type) return true;
    if (found != LUA_TNONE) lua_pop(L, 1);
    say(op, CLUA_DEAD, what);
    return false;
}

// MARK: Loading

static int do_load(lua_State *L) {
    operation *op = operation_of(L);
    int status = load_text(L, op->first, op->name);
    if (status != LUA_OK) {
        op->status = failure_take(op->s, L, status);
        return 0;
    }
    if (op->second.count > 0) {
        lua_newtable(L);
        push_value(L, op->second);
        lock_table(L, "this file's environment");
        // What the environment has not, the globals have: the view's own table asks them.
        if (push_locked(L, -1)) {
            lua_createtable(L, 0, 1);
            lua_rawgeti(L, LUA_REGISTRYINDEX, op->s->ref_env);
            lua_setfield(L, -2, "__index");
            lua_setmetatable(L, -2);
            lua_pop(L, 1);
        }
        lua_setupvalue(L, 2, 1);
        lua_settop(L, 2);
    }
    *op->out = handle_make(L, 2);
    return 0;
}

clua_status clua_load(clua_state *s, clua_bytes source, const char *chunk, clua_bytes environment,
                      clua_handle *function) {
    operation op = {.s = s, .first = source, .second = environment, .name = chunk, .out = function};
    return run(&op, do_load, for_loading, NULL);
}

// MARK: Calling

static int do_call(lua_State *L) {
    operation *op = operation_of(L);
    if (!push_callable(L, op, LUA_TFUNCTION, "the function is not held any more")) return 0;
    lua_call(L, push_values(L, op->first), LUA_MULTRET);
    encode_values(L, 2, "result");
    return 0;
}

clua_status clua_call(clua_state *s, clua_handle function, clua_bytes arguments, clua_budget budget,
                      clua_bytes *result) {
    operation op = {.s = s, .first = arguments, .in = function};
    return run(&op, do_call, budget, result);
}

// MARK: Coroutines of the host

/// Runs `op->co` until it ends, waits or fails; its arguments are on it. Stack of `L`: operation, thread.
static int go_on(lua_State *L, operation *op, int arguments) {
    clua_state *s = op->s;
    lua_State *co = op->co, *before = s->current, *host_before = s->host_coroutine;
    s->suspending = false;
    s->current = s->host_coroutine = co;
    install_hook(s, co);
    int results = 0;
    int outcome = lua_resume(co, L, arguments, &results);
    s->current = before;
    s->host_coroutine = host_before;
    lua_sethook(co, NULL, 0, 0);
    if (outcome == LUA_YIELD && s->suspending) {
        lua_pop(co, results);
        op->status = CLUA_SUSPENDED;
    } else if (outcome == LUA_OK) {
        if (!lua_checkstack(L, results + 8)) luaL_error(L, "too many results");
        lua_xmove(co, L, results);
        encode_values(L, 3, "result");
    } else {
        failure_at(s, co);
        lua_xmove(co, L, 1);
        op->status = failure_take(s, L, outcome);
    }
    return 0;
}

static int do_start(lua_State *L) {
    operation *op = operation_of(L);
    op->co = lua_newthread(L);
    if (!push_callable(L, op, LUA_TFUNCTION, "the function is not held any more")) return 0;
    int count = push_values(L, op->first);
    if (!lua_checkstack(op->co, count + 2)) luaL_error(L, "too many values");
    lua_xmove(L, op->co, count + 1);
    go_on(L, op, count);
    if (op->status == CLUA_SUSPENDED) *op->out = handle_make(L, 2);
    return 0;
}

static int do_resume(lua_State *L) {
    operation *op = operation_of(L);
    if (!push_callable(L, op, LUA_TTHREAD, "the coroutine is not held any more")) return 0;
    op->co = lua_tothread(L, 2);
    if (lua_status(op->co) != LUA_YIELD || op->co == op->s->host_coroutine) {
        say(op, CLUA_DEAD, "the coroutine does not wait");
        return 0;
    }
    int count = push_values(L, op->first);
    if (!lua_checkstack(op->co, count + 2)) luaL_error(L, "too many values");
    lua_xmove(L, op->co, count);
    op->s->resume_failed = op->failed;
    return go_on(L, op, count);
}

clua_status clua_start(clua_state *s, clua_handle function, clua_bytes arguments, clua_budget budget,
                       clua_handle *coroutine, clua_bytes *result) {
    operation op = {.s = s, .first = arguments, .in = function, .out = coroutine};
    return run(&op, do_start, budget, result);
}

clua_status clua_resume(clua_state *s, clua_handle coroutine, int failed, clua_bytes values, clua_budget budget,
                        clua_bytes *result) {
    operation op = {.s = s, .first = values, .in = coroutine, .failed = failed != 0};
    clua_status status = run(&op, do_resume, budget, result);
    if (status != CLUA_SUSPENDED) clua_release(s, coroutine);
    return status;
}

// MARK: Values and globals

static int do_hold(lua_State *L) {
    operation *op = operation_of(L);
    push_value(L, op->first);
    *op->out = handle_make(L, 2);
    return 0;
}

clua_status clua_hold(clua_state *s, clua_bytes value, clua_handle *handle) {
    operation op = {.s = s, .first = value, .out = handle};
    return run(&op, do_hold, generous, NULL);
}

static int do_set_global(lua_State *L) {
    operation *op = operation_of(L);
    push_value(L, op->first);
    set_global(L, op->name);
    return 0;
}

clua_status clua_set_global(clua_state *s, const char *name, clua_bytes value) {
    operation op = {.s = s, .first = value, .name = name};
    return run(&op, do_set_global, generous, NULL);
}

static int do_lock_globals(lua_State *L) {
    operation_of(L)->s->globals_locked = true;
    return 0;
}

clua_status clua_lock_globals(clua_state *s) {
    operation op = {.s = s};
    return run(&op, do_lock_globals, generous, NULL);
}

static int do_install(lua_State *L) {
    operation *op = operation_of(L);
    install_host(L, op->name, op->number);
    return 0;
}

clua_status clua_install(clua_state *s, const char *name, uint32_t function) {
    operation op = {.s = s, .name = name, .number = function};
    return run(&op, do_install, generous, NULL);
}
