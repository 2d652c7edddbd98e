// SPDX-License-Identifier: Apache-2.0
//
// The collector's pace.
//
// Left to itself, Lua's collector does in one step as much as was allocated since the last one; behind a large block that
// is the whole heap, 60 ms for one full of dead strings, and no deadline stops it. So beyond a small heap we stop it and
// make its steps ourselves, in a hook, between two instructions: short ones, looking at the deadline after each.

#include "internal.h"

/// Up to here Lua's own pace is harmless.
#define SMALL_HEAP (2 << 20)
/// Bytes allocated for each step of ours.
#define STEP_EVERY (16 << 10)

/// One step of some 20 000 units: 0.2 ms mostly, 2 ms at worst. Returns true when it ended a cycle.
static bool step(lua_State *L) {
    // Sets the debt to nothing, so that the step does what we say.
    lua_gc(L, LUA_GCRESTART);
    lua_gc(L, LUA_GCSTOP);
    return lua_gc(L, LUA_GCSTEP, 8) != 0;
}

/// The next cycle begins when the heap has doubled, or two thirds of what is left are used.
static void cycle_ended(clua_state *s) {
    size_t used = s->used, cap = s->limits.memory, rest = cap > used ? (cap - used) / 3 * 2 : 0;
    s->collecting = false;
    s->collect_above = used + (rest < used ? rest : used);
    if (used > SMALL_HEAP) return;
    s->own_pace = false;
    lua_gc(s->main, LUA_GCRESTART);
}

void collect_begin(clua_state *s) {
    lua_gc(s->main, LUA_GCINC, 200, 20, 0);
    s->collect_above = SMALL_HEAP;
}

bool collect_is_due(clua_state *s, size_t more) {
    if (s->used <= s->collect_above && !s->collecting) return false;
    s->unpaid += more;
    return s->unpaid >= STEP_EVERY;
}

void collect(lua_State *L) {
    clua_state *s = state_of(L);
    if (!s->own_pace) {
        s->own_pace = true;
        lua_gc(L, LUA_GCSTOP);
    }
    s->collecting = true;
    size_t steps = s->unpaid / STEP_EVERY;
    s->unpaid = 0;
    for (; steps > 0 && !s->stop; steps--) {
        if (!step(L)) continue;
        cycle_ended(s);
        return;
    }
}

void collect_hard(clua_state *s) {
    if (s->used <= s->limits.memory - s->limits.memory / 16) return;
    s->own_pace = true;
    for (int cycles = 0; cycles < 2 && s->used > s->limits.memory / 2 && !s->stop;) cycles += step(s->main);
    cycle_ended(s);
}

int clua_collect_step(clua_state *s) {
    if (s->entries > 0) return 0;
    // Without finalizers a step cannot raise.
    if (!s->own_pace) return lua_gc(s->main, LUA_GCSTEP, 8);
    s->collecting = true;
    if (!step(s->main)) return 0;
    cycle_ended(s);
    return 1;
}
