// SPDX-License-Identifier: Apache-2.0
//
// Budgets: what a call may use, and how it ends when that is used up. A limit error cannot be caught: `stop` and `limit`
// stay set until the entry ends, and whoever catches errors (pcall, xpcall, resume) looks at them and raises again.

#include "internal.h"

#include <stdlib.h>

/// No entry may have more, in ns; beyond, the sums below would overflow.
#define LONGEST_TIME 3600000000000
/// A counted call that takes this many times its time is stuck in something that no instruction counts.
#define COUNTED_PATIENCE 40

static void service_hook(lua_State *L, lua_Debug *ar) {
    (void)ar;
    clua_state *s = state_of(L);
    if (!s->stop && collect_is_due(s, 0)) collect(L);
    if (s->stop) raise_stop(L);
    install_hook(s, L);
}

/// lua_sethook goes through all the calls on the stack, which takes 3 ms for a deep recursion: not again if it is done.
void request_service(lua_State *L) {
    if (lua_gethook(L) != service_hook) lua_sethook(L, service_hook, LUA_MASKCOUNT, 1);
}

_Noreturn void raise_limit(lua_State *L, int code) {
    clua_state *s = state_of(L);
    if (!s->limit) {
        s->limit = code;
        failure_at(s, L);
    }
    s->stop = s->limit;
    request_service(L);
    lua_pushlightuserdata(L, s);
    lua_error(L);
    __builtin_unreachable();
}

_Noreturn void raise_stop(lua_State *L) {
    clua_state *s = state_of(L);
    raise_limit(L, s->limit ? s->limit : s->stop ? s->stop : CLUA_INSTRUCTIONS);
}

void charge_slow(lua_State *L) {
    clua_state *s = state_of(L);
    if (s->stop) raise_stop(L);
    if (s->limits.counted) raise_limit(L, CLUA_INSTRUCTIONS);
    s->left = COUNT_STEP * 16;
    if (!s->polls) s->left = INT64_MAX;
    else if (clock_now() >= s->frame.deadline) raise_limit(L, CLUA_DEADLINE);
}

static void count_hook(lua_State *L, lua_Debug *ar) {
    (void)ar;
    charge(L, COUNT_STEP);
    if (collect_is_due(state_of(L), 0)) collect(L);
}

void install_hook(clua_state *s, lua_State *L) {
    if (s->stop) request_service(L);
    else if (s->limits.counted || s->polls) lua_sethook(L, count_hook, LUA_MASKCOUNT, COUNT_STEP);
    else lua_sethook(L, NULL, 0, 0);
}

/// Begins an entry. A call out of a host function, on the state that called it, goes on under the budget it is under.
void enter(clua_state *s, clua_budget budget) {
    if (s->entries++ > 0) {
        if (!s->limit) failure_clear(s);
        return;
    }
    failure_clear(s);
    s->stop = 0;
    s->limit = 0;
    s->suspending = false;
    s->host_coroutine = NULL;
    s->allocated = 0;
    s->keys_count = 0;
    s->current = s->main;
    s->began = clock_now();
    s->budget = s->left = s->limits.counted ? budget.instructions : INT64_MAX;
    int64_t time = budget.nanoseconds < LONGEST_TIME ? budget.nanoseconds : LONGEST_TIME;
    if (s->limits.counted) time = time * COUNTED_PATIENCE < 2000000000 ? 2000000000 : time * COUNTED_PATIENCE;
    s->frame.state = s;
    s->frame.began = s->began;
    s->frame.deadline = s->began + time;
    s->polls = !s->limits.counted && (s->limits.polled || !clock_push(&s->frame));
    if (s->limits.counted) clock_push(&s->frame);
    if (s->polls) s->left = 0;
    install_hook(s, s->main);
}

void leave(clua_state *s) {
    if (--s->entries > 0) {
        // The host has the nested failure; the next one notes its own place.
        if (!s->limit) s->has_failure = false;
        return;
    }
    clock_pop(&s->frame);
    lua_sethook(s->main, NULL, 0, 0);
    s->current = NULL;
    if (s->keys_capacity > 4096) {
        free(s->keys);
        s->keys = NULL;
        s->keys_count = s->keys_capacity = 0;
    }
    s->usage.nanoseconds = clock_now() - s->began;
    s->usage.instructions = s->limits.counted ? s->budget - s->left : 0;
    s->usage.bytes = (int64_t)s->allocated;
}
