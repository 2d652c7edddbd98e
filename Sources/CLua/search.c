// SPDX-License-Identifier: Apache-2.0
//
// string.find, match, gmatch, gsub.

#include "pattern.h"

/// A position counted from 1, or from the end if negative; 1 at least.
static size_t start_position(lua_Integer i, size_t length) {
    if (i > 0) return (size_t)i;
    if (i == 0 || i < -(lua_Integer)length) return 1;
    return length + (size_t)i + 1;
}

static bool has_specials(const char *pattern, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (pattern[i] && strchr("^$*+?.([%-", pattern[i])) return true;
    return false;
}

static const char *find_plain(lua_State *L, const char *text, size_t length, const char *what, size_t size) {
    if (size == 0) return text;
    const char *end = text + length;
    while ((size_t)(end - text) >= size) {
        const char *at = memchr(text, what[0], (size_t)(end - text) - size + 1);
        charge(L, 1 + (((at ? (size_t)(at - text) : length) + size) >> 8));
        if (!at) return NULL;
        if (memcmp(at, what, size) == 0) return at;
        text = at + 1;
    }
    return NULL;
}

static int search(lua_State *L, bool find) {
    size_t length, size;
    const char *text = luaL_checklstring(L, 1, &length), *pattern = luaL_checklstring(L, 2, &size);
    size_t start = start_position(luaL_optinteger(L, 3, 1), length) - 1;
    charge(L, 2);
    if (start > length) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || !has_specials(pattern, size))) {
        const char *at = find_plain(L, text + start, length - start, pattern, size);
        if (!at) {
            lua_pushnil(L);
            return 1;
        }
        lua_pushinteger(L, at - text + 1);
        lua_pushinteger(L, at - text + (lua_Integer)size);
        return 2;
    }
    bool anchored = size > 0 && *pattern == '^';
    matcher m;
    matcher_begin(&m, L, text, length, pattern + anchored, size - anchored);
    for (const char *at = text + start; at <= m.end; at++) {
        const char *end = matcher_try(&m, at);
        if (end) {
            if (!find) return matcher_push_all(&m, at, end);
            lua_pushinteger(L, at - text + 1);
            lua_pushinteger(L, end - text);
            return 2 + matcher_push_all(&m, NULL, NULL);
        }
        if (anchored) break;
    }
    lua_pushnil(L);
    return 1;
}

int string_find(lua_State *L) { return search(L, true); }
int string_match(lua_State *L) { return search(L, false); }

/// Upvalues: text, pattern, next position, end of the last match (-1: none); offsets from 0.
static int gmatch_step(lua_State *L) {
    size_t length, size;
    const char *text = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *pattern = lua_tolstring(L, lua_upvalueindex(2), &size);
    lua_Integer start = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    charge(L, 2);
    matcher m;
    matcher_begin(&m, L, text, length, pattern, size);
    for (const char *at = text + start; start <= (lua_Integer)length && at <= m.end; at++) {
        const char *end = matcher_try(&m, at);
        if (!end || end - text == last) continue;
        lua_pushinteger(L, end - text);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return matcher_push_all(&m, at, end);
    }
    lua_pushinteger(L, (lua_Integer)length + 1);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

int string_gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t start = start_position(luaL_optinteger(L, 3, 1), length) - 1;
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)(start > length ? length + 1 : start));
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_step, 4);
    return 1;
}

/// Adds the replacement text, in which %0…%9 and %% stand for captures and the sign itself.
static void add_template(matcher *m, text_buffer *b, const char *from, const char *to) {
    lua_State *L = m->L;
    size_t length;
    const char *t = lua_tolstring(L, 3, &length), *end = t + length;
    while (t < end) {
        const char *sign = memchr(t, '%', (size_t)(end - t));
        text_add(b, t, (size_t)((sign ? sign : end) - t));
        if (!sign) return;
        t = sign + 1;
        if (t < end && *t == '%') text_add(b, t, 1);
        else if (t < end && *t == '0') text_add(b, from, (size_t)(to - from));
        else if (t < end && *t >= '1' && *t <= '9') {
            if (*t - '1' >= m->level && (*t != '1' || m->level))
                luaL_error(L, "invalid capture index %%%d", *t - '0');
            matcher_push(m, *t - '1', from, to);
            lua_tostring(L, -1);
            text_add_value(b);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
        t++;
    }
}

/// Returns false if the match is to stay as it is.
static bool add_replacement(matcher *m, text_buffer *b, int type, const char *from, const char *to) {
    lua_State *L = m->L;
    switch (type) {
    case LUA_TFUNCTION: {
        lua_pushvalue(L, 3);
        int count = matcher_push_all(m, from, to);
        lua_call(L, count, 1);
        break;
    }
    case LUA_TTABLE:
        matcher_push(m, 0, from, to);
        lua_gettable(L, 3);
        break;
    default: add_template(m, b, from, to); return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        text_add(b, from, (size_t)(to - from));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    text_add_value(b);
    return true;
}

int string_gsub(lua_State *L) {
    size_t length, size;
    const char *text = luaL_checklstring(L, 1, &length), *pattern = luaL_checklstring(L, 2, &size);
    int type = lua_type(L, 3);
    luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                     "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    if (type == LUA_TNUMBER) lua_tostring(L, 3);
    bool anchored = size > 0 && *pattern == '^', changed = false;
    charge(L, 2);
    matcher m;
    matcher_begin(&m, L, text, length, pattern + anchored, size - anchored);
    text_buffer b;
    text_begin(L, &b);
    const char *at = text, *last = NULL;
    while (count < most) {
        const char *end = matcher_try(&m, at);
        if (end && end != last) {
            count++;
            changed = add_replacement(&m, &b, type, at, end) || changed;
            at = last = end;
        } else if (at < m.end) {
            *text_room(&b, 1) = *at++;
            b.count++;
        } else {
            break;
        }
        if (anchored) break;
    }
    if (changed) {
        if (at < m.end) text_add(&b, at, (size_t)(m.end - at));
        text_push(&b);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}
