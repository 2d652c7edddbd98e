// SPDX-License-Identifier: Apache-2.0
//
// What is said of a table that was thrown: `{code = "quota", status = 429, tries = {1, 2}}`. Bounded in bytes, fields and
// depth; in an order that depends on the keys alone, so that a failure reads the same in every run. Calls nothing of the
// script's. Read-only views are not looked into: they hold what the desk knows of customers.

#include "internal.h"

#include <stdio.h>

#define FIELDS 12
#define TEXT_BYTES 160
#define DEPTH 3
#define DIGITS 40

typedef struct {
    char bytes[800];
    size_t count;
} thrown_text;

static const char ellipsis[] = "…";

/// Adds text whole, or not at all. Some room stays for what closes the tables that are open.
static bool add(thrown_text *text, const char *bytes, size_t count) {
    if (text->count + count > sizeof text->bytes - 24) return false;
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
    return true;
}

static void close_with(thrown_text *text, const char *bytes) {
    size_t count = strlen(bytes);
    if (text->count + count > sizeof text->bytes) return;
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

/// In double quotes, control characters as Lua writes them, cut between characters.
static bool add_quoted(thrown_text *text, const char *bytes, size_t count) {
    bool is_cut = count > TEXT_BYTES;
    if (is_cut) {
        count = TEXT_BYTES;
        while (count > 0 && ((unsigned char)bytes[count] & 0xc0) == 0x80) count--;
    }
    if (!is_utf8((const uint8_t *)bytes, count)) return add(text, "\"(not UTF-8)\"", 13);
    char quoted[TEXT_BYTES * 4 + 8];
    size_t used = 0;
    quoted[used++] = '"';
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '"' || byte == '\\') quoted[used++] = '\\';
        if (byte == '\n') used += (size_t)snprintf(quoted + used, 3, "\\n");
        else if (byte < 0x20 || byte == 0x7f) used += (size_t)snprintf(quoted + used, 5, "\\x%02x", byte);
        else quoted[used++] = (char)byte;
    }
    if (is_cut) {
        memcpy(quoted + used, ellipsis, sizeof ellipsis - 1);
        used += sizeof ellipsis - 1;
    }
    quoted[used++] = '"';
    return add(text, quoted, used);
}

static bool is_name(const char *text, size_t length) {
    if (length == 0 || length > DIGITS || (text[0] >= '0' && text[0] <= '9')) return false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return false;
    }
    return true;
}

static bool add_number(lua_State *L, thrown_text *text, int index) {
    lua_pushvalue(L, index);
    size_t length;
    const char *digits = lua_tolstring(L, -1, &length);
    bool fits = add(text, digits, length);
    lua_pop(L, 1);
    return fits;
}

/// The smallest keys of the table at `index`, ascending; all are looked at, so that which they are does not depend on
/// the order of the hash. `rest` says whether there are more.
static int smallest_keys(lua_State *L, int index, table_key *keys, bool *rest) {
    int count = 0;
    *rest = false;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        charge(L, FIELDS);
        table_key key;
        if (!key_read(L, -2, &key)) {
            *rest = true;
            continue;
        }
        if (key.kind == KEY_STRING && key.text == state_of(L)->call_name) continue;
        int place = count;
        while (place > 0 && key_compare(&key, &keys[place - 1]) < 0) place--;
        if (place == FIELDS) {
            *rest = true;
            continue;
        }
        if (count == FIELDS) *rest = true;
        else count++;
        memmove(keys + place + 1, keys + place, (size_t)(count - place - 1) * sizeof *keys);
        keys[place] = key;
    }
    return count;
}

static bool add_table(lua_State *L, thrown_text *text, int index, int depth);

static bool add_value(lua_State *L, thrown_text *text, int index, int depth) {
    switch (lua_type(L, index)) {
    case LUA_TSTRING: {
        size_t length;
        const char *bytes = lua_tolstring(L, index, &length);
        return add_quoted(text, bytes, length);
    }
    case LUA_TNUMBER: return add_number(L, text, index);
    case LUA_TBOOLEAN: return lua_toboolean(L, index) ? add(text, "true", 4) : add(text, "false", 5);
    case LUA_TLIGHTUSERDATA: return add(text, "null", 4);
    case LUA_TTABLE:
        if (push_locked(L, index)) {
            lua_pop(L, 1);
            return add(text, "a read-only table", 17);
        }
        return add_table(L, text, index, depth);
    default: {
        const char *type = luaL_typename(L, index);
        return add(text, type, strlen(type));
    }
    }
}

static bool add_key(thrown_text *text, lua_State *L, const table_key *key) {
    if (key->kind == KEY_STRING && is_name(key->text, key->length)) {
        return add(text, key->text, key->length) && add(text, " = ", 3);
    }
    if (!add(text, "[", 1)) return false;
    key_push(L, key);
    bool fits = add_value(L, text, lua_gettop(L), 0);
    lua_pop(L, 1);
    return fits && add(text, "] = ", 4);
}

static bool add_table(lua_State *L, thrown_text *text, int index, int depth) {
    if (depth == DEPTH || !lua_checkstack(L, 8)) return add(text, "{…}", 2 + sizeof ellipsis - 1);
    table_key keys[FIELDS + 1];
    bool rest;
    int count = smallest_keys(L, index, keys, &rest);
    if (!add(text, "{", 1)) return false;
    lua_Integer next = 1;
    bool fits = true;
    for (int i = 0; i < count && fits; i++) {
        size_t before = text->count;
        fits = i == 0 || add(text, ", ", 2);
        if (fits && keys[i].kind == KEY_INTEGER && keys[i].integer == next) next++;
        else fits = fits && add_key(text, L, &keys[i]);
        if (!fits) {
            text->count = before;
            break;
        }
        key_push(L, &keys[i]);
        lua_rawget(L, index);
        fits = add_value(L, text, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    if (rest || !fits) close_with(text, count > 0 ? ", …" : ellipsis);
    close_with(text, "}");
    return fits;
}

void thrown_push(lua_State *L, int index) {
    thrown_text text = {.count = 0};
    if (push_locked(L, index)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "a read-only table");
        return;
    }
    lua_pushnil(L);
    if (!lua_next(L, index)) {
        lua_pushliteral(L, "an empty table");
        return;
    }
    lua_pop(L, 2);
    add_table(L, &text, index, 0);
    lua_pushlstring(L, text.bytes, text.count);
}
