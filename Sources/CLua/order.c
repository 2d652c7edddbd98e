// SPDX-License-Identifier: Apache-2.0
//
// pairs and next in an order that depends on the keys alone: 1…n without a gap, the other numbers ascending, strings
// bytewise, false, true. Other kinds of keys have no order that is the same in every run, and are refused.
//
// pairs looks at the keys once, when it begins: fields removed meanwhile are left out, new ones are not visited.

#include "internal.h"

int key_compare(const table_key *x, const table_key *y) {
    bool x_is_number = x->kind <= KEY_FLOAT, y_is_number = y->kind <= KEY_FLOAT;
    if (x_is_number && y_is_number) {
        if (x->kind == KEY_INTEGER && y->kind == KEY_INTEGER) return x->integer < y->integer ? -1 : x->integer > y->integer;
        // Exact on x86-64 and arm64; a float key is never equal to an integer key.
        long double m = x->kind == KEY_INTEGER ? (long double)x->integer : (long double)x->number;
        long double n = y->kind == KEY_INTEGER ? (long double)y->integer : (long double)y->number;
        return m < n ? -1 : m > n;
    }
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->kind == KEY_BOOLEAN) return (int)x->integer - (int)y->integer;
    size_t shared = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, shared);
    return order ? order : x->length < y->length ? -1 : x->length > y->length;
}

/// Sorts `s->keys` from `base` on, by merging. Unlike qsort it can be stopped.
///
/// The keys come in the order of a seeded hash, so the number of comparisons differs from state to state. What is
/// charged must not: it is the most that they can be.
void keys_sort(lua_State *L, size_t base) {
    clua_state *s = state_of(L);
    size_t n = s->keys_count - base;
    if (n < 2) return;
    size_t work = 0, levels = 0;
    while ((size_t)1 << levels < n) levels++;
    for (size_t i = 0; i < n; i++) work += s->keys[base + i].kind == KEY_STRING ? 1 + (s->keys[base + i].length >> 6) : 1;
    charge(L, work * levels / 2);
    for (size_t i = 0; i < n; i++) keys_add(L);
    s->keys_count = base + n;
    table_key *from = s->keys + base, *to = from + n;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n, high = middle + width < n ? middle + width : n;
            size_t i = low, j = middle;
            for (size_t k = low; k < high; k++) {
                bool left = i < middle;
                if (left && j < high) {
                    left = key_compare(&from[i], &from[j]) <= 0;
                    charge(L, 0);
                }
                to[k] = left ? from[i++] : from[j++];
            }
        }
        table_key *other = from;
        from = to;
        to = other;
    }
    if (from != s->keys + base) memcpy(s->keys + base, from, n * sizeof *from);
}

bool key_read(lua_State *L, int index, table_key *key) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        key->kind = lua_isinteger(L, index) ? KEY_INTEGER : KEY_FLOAT;
        if (key->kind == KEY_INTEGER) key->integer = lua_tointeger(L, index);
        else key->number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        key->kind = KEY_STRING;
        key->text = lua_tolstring(L, index, &key->length);
        break;
    case LUA_TBOOLEAN:
        key->kind = KEY_BOOLEAN;
        key->integer = lua_toboolean(L, index);
        break;
    default: return false;
    }
    return true;
}

static void read_key(lua_State *L, int index, table_key *key, const char *who) {
    if (!key_read(L, index, key)) luaL_error(L, "%s: a key is a %s, which has no fixed order", who, luaL_typename(L, index));
}

void key_push(lua_State *L, const table_key *key) {
    switch (key->kind) {
    case KEY_INTEGER: lua_pushinteger(L, key->integer); break;
    case KEY_FLOAT: lua_pushnumber(L, key->number); break;
    case KEY_STRING: lua_pushlstring(L, key->text, key->length); break;
    case KEY_BOOLEAN: lua_pushboolean(L, (int)key->integer); break;
    }
}

/// The length of the run 1…n; the keys that are not in it are sorted in `s->keys` from `base` on.
static lua_Integer look_through(lua_State *L, int table, size_t base, const char *who) {
    clua_state *s = state_of(L);
    lua_Integer run = 0;
    bool late = false;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        charge(L, 1);
        // The array part comes first and in order.
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) == run + 1) {
            run++;
            continue;
        }
        table_key key;
        read_key(L, -2, &key, who);
        if (key.kind == KEY_STRING && key.text == s->call_name) continue;
        if (key.kind == KEY_INTEGER && key.integer > run) late = true;
        *keys_add(L) = key;
    }
    charge(L, s->keys_count - base);
    keys_sort(L, base);
    if (!late) return run;
    // Keys of the run that lived in the hash part.
    size_t kept = base;
    for (size_t i = base; i < s->keys_count; i++) {
        if (s->keys[i].kind == KEY_INTEGER && s->keys[i].integer == run + 1) run++;
        else s->keys[kept++] = s->keys[i];
    }
    s->keys_count = kept;
    return run;
}

/// Pushes a list of the keys behind the run.
static void push_key_list(lua_State *L, size_t base) {
    clua_state *s = state_of(L);
    lua_createtable(L, (int)(s->keys_count - base), 0);
    for (size_t i = base; i < s->keys_count; i++) {
        key_push(L, &s->keys[i]);
        lua_rawseti(L, -2, (lua_Integer)(i - base) + 1);
    }
    s->keys_count = base;
}

/// Upvalues: table, length of the run, list of the other keys or nil, position.
static int step(lua_State *L) {
    lua_Integer run = lua_tointeger(L, lua_upvalueindex(2));
    lua_Integer position = lua_tointeger(L, lua_upvalueindex(4));
    charge(L, 1);
    while (true) {
        position++;
        if (position <= run) lua_pushinteger(L, position);
        else if (lua_isnil(L, lua_upvalueindex(3))) lua_pushnil(L);
        else lua_rawgeti(L, lua_upvalueindex(3), position - run);
        if (lua_isnil(L, -1)) return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) break;
        lua_pop(L, 2);
        charge(L, 1);
    }
    lua_pushinteger(L, position);
    lua_replace(L, lua_upvalueindex(4));
    return 2;
}

int order_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (push_whole(L, 1)) lua_replace(L, 1);
    clua_state *s = state_of(L);
    size_t base = s->keys_count = 0;
    lua_Integer run = look_through(L, 1, base, "pairs");
    lua_pushvalue(L, 1);
    lua_pushinteger(L, run);
    if (s->keys_count == base) lua_pushnil(L);
    else push_key_list(L, base);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 4);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

// MARK: next

/// The first key: no list is made, because next(t) mostly asks whether a table is empty.
static int first(lua_State *L) {
    lua_pushinteger(L, 1);
    if (lua_rawgeti(L, 1, 1) != LUA_TNIL) return 2;
    lua_pop(L, 2);
    table_key best, key;
    bool found = false;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        charge(L, 1);
        read_key(L, -2, &key, "next");
        if (key.kind == KEY_STRING && key.text == state_of(L)->call_name) continue;
        if (!found || key_compare(&key, &best) < 0) best = key;
        found = true;
    }
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    key_push(L, &best);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/// The list of keys of the table that is being walked is kept until the next walk: { table, run, keys, position }.
int order_next(lua_State *L) {
    clua_state *s = state_of(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (push_whole(L, 1)) lua_replace(L, 1);
    charge(L, 2);
    if (lua_isnil(L, 2)) return first(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_order);
    int walk = lua_gettop(L);
    lua_rawgeti(L, walk, 1);
    lua_rawgeti(L, walk, 4);
    lua_Integer position = lua_tointeger(L, -1);
    lua_rawgeti(L, walk, 2);
    lua_Integer run = lua_tointeger(L, -1);
    lua_rawgeti(L, walk, 3);
    int keys = walk + 4;
    bool known = lua_rawequal(L, walk + 1, 1);
    if (known) {
        if (position <= run) lua_pushinteger(L, position);
        else if (lua_istable(L, keys)) lua_rawgeti(L, keys, position - run);
        else lua_pushnil(L);
        known = lua_rawequal(L, -1, 2);
        lua_pop(L, 1);
    }
    if (!known) {
        s->keys_count = 0;
        run = look_through(L, 1, 0, "next");
        table_key key;
        read_key(L, 2, &key, "next");
        if (key.kind == KEY_INTEGER && key.integer >= 1 && key.integer <= run) {
            position = key.integer;
        } else {
            // The key itself may be gone: the walk goes on behind the place where it was.
            size_t low = 0, high = s->keys_count;
            while (low < high) {
                size_t middle = (low + high) / 2;
                if (key_compare(&s->keys[middle], &key) <= 0) low = middle + 1;
                else high = middle;
            }
            position = run + (lua_Integer)low;
        }
        push_key_list(L, 0);
        lua_replace(L, keys);
        lua_pushvalue(L, 1);
        lua_rawseti(L, walk, 1);
        lua_pushinteger(L, run);
        lua_rawseti(L, walk, 2);
        lua_pushvalue(L, keys);
        lua_rawseti(L, walk, 3);
    }
    lua_settop(L, keys);
    while (true) {
        position++;
        if (position <= run) lua_pushinteger(L, position);
        else if (lua_istable(L, keys)) lua_rawgeti(L, keys, position - run);
        else lua_pushnil(L);
        if (lua_isnil(L, -1)) break;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) {
            lua_pushinteger(L, position);
            lua_rawseti(L, walk, 4);
            return 2;
        }
        lua_pop(L, 2);
        charge(L, 1);
    }
    // The walk is over: let go of the table.
    lua_pushboolean(L, 0);
    lua_rawseti(L, walk, 1);
    lua_pushnil(L);
    return 1;
}
