// SPDX-License-Identifier: Apache-2.0
//
// Making and ending a state.

#define _GNU_SOURCE
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

/// An error outside every protected call: our own fault. Says whose script it was, and ends the process with a core.
static int panic(lua_State *L) {
    clua_state *s = state_of(L);
    const char *what = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "error object";
    char text[600];
    int n = snprintf(text, sizeof text, "fatal: unprotected Lua error in state '%s': %.400s\n", s->name, what);
    if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0) {}
    abort();
}

/// Makes a metamethod unreachable: Lua knows it by an interned string, whose letters we change in place. Scripts that
/// write "__mode" get another string, an ordinary key. (setmetatable refuses the names too, but a field may be set later.)
/// The new letters are random, so that nobody can write them either.
///
/// __call is among them because a table that is its own __call makes Lua loop in C, for seconds; see `set_caller`.
static void disable_metamethod(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    char *letters = (char *)(uintptr_t)lua_tostring(L, -1);
    size_t length = strlen(name);
    if (getrandom(letters, length, 0) != (ssize_t)length) memset(letters, 1, length);
    for (size_t i = 0; i < length; i++) letters[i] = (char)(letters[i] | 0x80);
}

static void keep(lua_State *L, int *reference) { *reference = luaL_ref(L, LUA_REGISTRYINDEX); }

static int open_all(lua_State *L) {
    clua_state *s = state_of(L);
    disable_metamethod(L, "__gc");
    disable_metamethod(L, "__close");
    disable_metamethod(L, "__mode");
    disable_metamethod(L, "__call");
    s->call_name = lua_tostring(L, -1);
    keep(L, &s->ref_call);
    // We still have the string for weak tables of our own.
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -3);
    lua_pushliteral(L, "k");
    lua_rawset(L, -3);
    lua_setmetatable(L, -2);
    keep(L, &s->ref_threads);
    lua_pop(L, 3);

    lua_pushliteral(L, "not enough memory");
    keep(L, &s->ref_memory_message);
    lua_newtable(L);
    keep(L, &s->ref_slots);
    lua_newtable(L);
    keep(L, &s->ref_handles);
    lua_newtable(L);
    keep(L, &s->ref_order);
    lua_createtable(L, 0, 1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    keep(L, &s->ref_array);

    open_globals(L);
    open_base(L);
    open_string(L);
    open_table(L);
    open_math(L);
    open_utf8(L);
    open_coroutine(L);
    open_modules(L);
    return 0;
}

clua_state *clua_new(const char *name, clua_limits limits, void *context, clua_host_function host,
                     clua_resolver resolver) {
    clua_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    if (limits.value_depth > 250) limits.value_depth = 250;
    s->limits = limits;
    s->context = context;
    s->host = host;
    s->resolver = resolver;
    s->free_slot = UINT32_MAX;
    s->left = INT64_MAX;
    snprintf(s->name, sizeof s->name, "%s", name);
    s->collect_above = SIZE_MAX;
    pool_begin(&s->pool, limits.memory + limits.memory / 4 + (4 << 20));
    lua_State *L = lua_newstate(clua_alloc, s);
    if (!L) {
        pool_end(&s->pool);
        free(s);
        return NULL;
    }
    s->main = L;
    *(clua_state **)lua_getextraspace(L) = s;
    lua_atpanic(L, panic);
    collect_begin(s);
    lua_pushcfunction(L, open_all);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
        clua_close(s);
        return NULL;
    }
    // Handles start at a number that data from outside cannot guess.
    uint32_t start = 0;
    if (getrandom(&start, sizeof start, 0) == sizeof start) s->first_generation = start | 1;
    else s->first_generation = (uint32_t)clock_now() | 1;
    return s;
}

void clua_close(clua_state *s) {
    s->current = NULL;
    lua_close(s->main);
    pool_end(&s->pool);
    free(s->out.bytes);
    free(s->request.bytes);
    free(s->keys);
    free(s->slots);
    free(s->message);
    free(s);
}

size_t clua_memory(const clua_state *s) { return s->used; }
clua_usage clua_last_usage(const clua_state *s) { return s->usage; }

clua_failure clua_last_failure(const clua_state *s) {
    return (clua_failure){{(const uint8_t *)s->message, s->message_length},
                          {(const uint8_t *)s->file, strlen(s->file)},
                          {(const uint8_t *)s->traceback, strlen(s->traceback)},
                          s->line};
}

void clua_panic(clua_state *s) {
    lua_pushstring(s->main, "raised on purpose");
    lua_error(s->main);
}
