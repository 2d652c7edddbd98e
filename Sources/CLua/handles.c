// SPDX-License-Identifier: Apache-2.0
//
// What the host holds: slots with a generation. A slot keeps its value alive until it is released.

#include "internal.h"

#include <stdlib.h>

#define MAX_SLOTS 65536

/// Takes a free slot; the list of free ones runs through `references`.
static uint32_t take_slot(lua_State *L) {
    clua_state *s = state_of(L);
    if (s->free_slot != UINT32_MAX) {
        uint32_t slot = s->free_slot;
        s->free_slot = s->slots[slot].references;
        return slot;
    }
    if (s->slots_count == MAX_SLOTS) luaL_error(L, "more than %d functions are held by the host", MAX_SLOTS);
    if (s->slots_count == s->slots_capacity) {
        uint32_t capacity = s->slots_capacity * 2 + 32;
        slot_record *grown = realloc(s->slots, capacity * sizeof *grown);
        if (!grown) luaL_error(L, "no memory for another handle");
        s->slots = grown;
        s->slots_capacity = capacity;
    }
    // Begins at random, so that data from outside cannot be mistaken for a handle.
    s->slots[s->slots_count].generation = s->first_generation;
    s->slots[s->slots_count].references = 0;
    return s->slots_count++;
}

clua_handle handle_make(lua_State *L, int index) {
    clua_state *s = state_of(L);
    index = lua_absindex(L, index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_slots);
    uint32_t slot = take_slot(L);
    s->slots[slot].references = 1;
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, (lua_Integer)slot + 1);
    lua_pop(L, 1);
    return (clua_handle){slot, s->slots[slot].generation};
}

clua_handle handle_of_function(lua_State *L, int index) {
    clua_state *s = state_of(L);
    index = lua_absindex(L, index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_handles);
    lua_pushvalue(L, index);
    lua_rawget(L, -2);
    clua_handle handle;
    if (lua_isinteger(L, -1)) {
        handle.slot = (uint32_t)lua_tointeger(L, -1);
        handle.generation = s->slots[handle.slot].generation;
        s->slots[handle.slot].references++;
    } else {
        handle = handle_make(L, index);
        lua_pushvalue(L, index);
        lua_pushinteger(L, handle.slot);
        lua_rawset(L, -4);
    }
    lua_pop(L, 2);
    return handle;
}

static bool is_live(clua_state *s, clua_handle handle) {
    return handle.slot < s->slots_count && s->slots[handle.slot].generation == handle.generation;
}

int handle_push(lua_State *L, clua_handle handle) {
    clua_state *s = state_of(L);
    if (!is_live(s, handle)) return LUA_TNONE;
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_slots);
    int type = lua_rawgeti(L, -1, (lua_Integer)handle.slot + 1);
    lua_remove(L, -2);
    return type;
}

static int release(lua_State *L) {
    clua_state *s = state_of(L);
    uint32_t slot = *(uint32_t *)lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_slots);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_handles);
    lua_rawgeti(L, 2, (lua_Integer)slot + 1);
    if (lua_isfunction(L, -1)) {
        lua_pushvalue(L, -1);
        lua_rawget(L, 3);
        bool is_its = lua_isinteger(L, -1) && lua_tointeger(L, -1) == slot;
        lua_pop(L, 1);
        if (is_its) {
            lua_pushnil(L);
            lua_rawset(L, 3);
        }
    }
    // false, not nil: the table stays an array.
    lua_pushboolean(L, 0);
    lua_rawseti(L, 2, (lua_Integer)slot + 1);
    return 0;
}

void clua_release(clua_state *s, clua_handle handle) {
    if (!is_live(s, handle) || --s->slots[handle.slot].references > 0) return;
    s->slots[handle.slot].generation += 2;
    lua_State *L = s->current ? s->current : s->main;
    if (!lua_checkstack(L, 4)) return;
    lua_pushcfunction(L, release);
    lua_pushlightuserdata(L, &handle.slot);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) lua_pop(L, 1);
    s->slots[handle.slot].references = s->free_slot;
    s->free_slot = handle.slot;
}
