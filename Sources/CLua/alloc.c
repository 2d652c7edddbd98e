// SPDX-License-Identifier: Apache-2.0
//
// The allocator, with a cap for the state and one for a block.
//
// Beyond a cap the block is still granted, out of a reserve, and the script is stopped at its next instruction: so Lua
// itself never sees memory run out, and neither runs its emergency collection (36 ms for a full heap of strings) nor
// leaves tables half grown. Only what does not fit into the reserve either is refused.

#include "internal.h"

#include <stdlib.h>

#define RESERVE_BLOCKS 4

/// Refuses a new block. Lua would now collect everything and then raise; we raise at once.
static void refuse(clua_state *s, bool is_new) {
    lua_State *L = s->current;
    if (!is_new || !L) return;
    s->limit = CLUA_MEMORY;
    failure_at(s, L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_memory_message);
    lua_error(L);
}

static void trip(clua_state *s) {
    s->stop = CLUA_MEMORY;
    lua_sethook(s->current, stop_hook, LUA_MASKCOUNT, 1);
}

void *clua_alloc(void *ud, void *block, size_t old, size_t wanted) {
    clua_state *s = ud;
    if (wanted == 0) {
        if (!block) return NULL;
        s->used -= old;
        if (s->used < s->tune_below) clua_tune(s);
        free(block);
        return NULL;
    }
    bool is_new = block == NULL;
    size_t had = is_new ? 0 : old;
    if (wanted > had) {
        size_t more = wanted - had;
        // The table of all strings may grow larger: not one value of the script's.
        size_t most = block && block == s->string_table ? 4 * s->limits.block : s->limits.block;
        if (wanted > most || s->used + more > s->limits.memory) {
            if (!s->current) return NULL;
            trip(s);
            if (wanted > RESERVE_BLOCKS * s->limits.block ||
                s->used + more > s->limits.memory + RESERVE_BLOCKS * s->limits.block) {
                refuse(s, is_new);
                return NULL;
            }
        }
        // A new block's `old` is its type. Strings made by `..` are work that no instruction counts.
        if (is_new && old == LUA_TSTRING) s->left -= (int64_t)(wanted >> 6);
        s->allocated += more;
    }
    void *result = realloc(block, wanted);
    if (!result) return NULL;
    s->used += wanted - had;
    if (s->used > s->tune_above) clua_tune(s);
    if (block && block == s->string_table) s->string_table = result;
    // The first block of this size, before anything else can ask for one, is the table of strings.
    if (is_new && !s->string_table && old == 0 && wanted == 128 * sizeof(void *)) s->string_table = result;
    return result;
}

/// Sets the collector's pace. With much in use a cycle must begin, and end, before the cap is reached; and it must go
/// slowly: a step does so much for each byte allocated since the last, and behind a block of a megabyte that would be the
/// whole heap at once (36 ms for one full of strings). A step of 5 units for 16 bytes keeps it below 5 ms.
void clua_tune(clua_state *s) {
    size_t cap = s->limits.memory, step = cap / 16 + 1, used = s->used;
    s->tune_above = used + step;
    s->tune_below = used > step ? used - step : 0;
    if (!s->main) return;
    size_t pause = 67 + 33 * cap / (used + 1);
    lua_gc(s->main, LUA_GCINC, pause > 200 ? 200 : pause < 104 ? 104 : (int)pause, used > (8 << 20) ? 4 : 12, 0);
}
