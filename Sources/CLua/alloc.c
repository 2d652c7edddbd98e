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
    if (s->stop) return;
    s->stop = CLUA_MEMORY;
    request_service(s->current);
}

/// Has the collector work at the next instruction. Where instructions are counted a hook comes soon enough by itself.
static void call_hook(clua_state *s) {
    if (s->current && !s->stop && !s->limits.counted) request_service(s->current);
}

static void give_back(clua_state *s, void *block, size_t size) {
    if (size <= POOLED) pool_give(&s->pool, block);
    else free(block);
}

static void *resize(clua_state *s, void *block, size_t had, size_t wanted) {
    if (block && had > POOLED && wanted > POOLED) return realloc(block, wanted);
    if (block && had <= POOLED && wanted <= POOLED && (had - 1) / 16 == (wanted - 1) / 16) return block;
    void *result = wanted <= POOLED ? pool_take(&s->pool, wanted) : malloc(wanted);
    if (!result || !block) return result;
    memcpy(result, block, had < wanted ? had : wanted);
    give_back(s, block, had);
    return result;
}

void *clua_alloc(void *ud, void *block, size_t old, size_t wanted) {
    clua_state *s = ud;
    if (wanted == 0) {
        if (!block) return NULL;
        s->used -= old;
        give_back(s, block, old);
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
    void *result = resize(s, block, had, wanted);
    if (!result) {
        // The pool is torn into pieces, or the machine has no more.
        if (s->current) trip(s);
        refuse(s, is_new);
        return NULL;
    }
    s->used += wanted - had;
    if (wanted > had && collect_is_due(s, wanted - had)) call_hook(s);
    if (block && block == s->string_table) s->string_table = result;
    // The first block of this size, before anything else can ask for one, is the table of strings.
    if (is_new && !s->string_table && old == 0 && wanted == 128 * sizeof(void *)) s->string_table = result;
    return result;
}
