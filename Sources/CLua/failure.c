// SPDX-License-Identifier: Apache-2.0
//
// What is said about a failure: message, file, line and traceback, without the frames of the host's own chunks (their
// names begin with "="). Nothing here allocates in Lua, so that it works when memory has run out.

#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_LIMIT 2000

void failure_clear(clua_state *s) {
    s->has_failure = false;
    s->message_length = 0;
    s->file[0] = 0;
    s->line = 0;
    s->traceback[0] = 0;
    s->coded_message = NULL;
}

void failure_at(clua_state *s, lua_State *L) {
    if (s->has_failure) return;
    s->has_failure = true;
    lua_Debug ar;
    size_t used = 0;
    int shown = 0;
    for (int level = 0; level < 200 && shown < 10 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sln", &ar);
        if (ar.what[0] == 'C' || ar.source[0] != '@' || ar.currentline < 0) continue;
        if (shown++ == 0) {
            snprintf(s->file, sizeof s->file, "%s", ar.source + 1);
            s->line = ar.currentline;
        }
        int n = snprintf(s->traceback + used, sizeof s->traceback - used, "%s%s:%d in %s%s", used ? "\n" : "",
                         ar.source + 1, ar.currentline, ar.what[0] == 'm' ? "the file itself" : "function ",
                         ar.what[0] == 'm' ? "" : ar.name ? ar.name : "without a name");
        if (n < 0 || used + (size_t)n >= sizeof s->traceback) break;
        used += (size_t)n;
    }
}

int failure_raise(lua_State *L, clua_status status) {
    clua_state *s = state_of(L);
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    s->coded_message = lua_tostring(L, -1);
    s->coded_status = status;
    return lua_error(L);
}

void failure_message(clua_state *s, const char *text, size_t length) {
    if (length > MESSAGE_LIMIT) length = MESSAGE_LIMIT;
    char *copy = realloc(s->message, length + 1);
    if (!copy) return;
    memcpy(copy, text, length);
    copy[length] = 0;
    s->message = copy;
    s->message_length = length;
}

int failure_handler(lua_State *L) {
    failure_at(state_of(L), L);
    return 1;
}

/// A text that the script gives its error object stands as it is; what we make of the others gets the place before it.
static int object_text(lua_State *L) {
    clua_state *s = state_of(L);
    size_t length;
    if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        const char *text = to_text(L, 1, &length);
        failure_message(s, text, length);
        return 0;
    }
    if (s->file[0]) lua_pushfstring(L, "%s:%d: ", s->file, s->line);
    else lua_pushliteral(L, "");
    bool has_name = luaL_getmetafield(L, 1, "__name") == LUA_TSTRING;
    if (lua_type(L, 1) == LUA_TTABLE && !has_name) thrown_push(L, 1);
    else to_text(L, 1, NULL);
    const char *place = lua_tostring(L, 2), *text = lua_tostring(L, -1);
    lua_pushfstring(L, "%s%s", place, text);
    text = lua_tolstring(L, -1, &length);
    failure_message(s, text, length);
    return 0;
}

static void limit_message(clua_state *s, int code) {
    char text[400];
    char place[260];
    if (s->file[0]) snprintf(place, sizeof place, "%.200s:%d", s->file, s->line);
    else snprintf(place, sizeof place, "%s", s->name);
    if (code == CLUA_MEMORY) {
        snprintf(text, sizeof text, "%s: the memory allowed is used up (%zu bytes in all, %zu in one piece)", place,
                 s->limits.memory, s->limits.block);
    } else {
        snprintf(text, sizeof text, "%s: %s", place,
                 code == CLUA_INSTRUCTIONS ? "the budget of instructions is used up" : "the time allowed is used up");
    }
    failure_message(s, text, strlen(text));
}

/// Syntax errors carry their place in the text only: "file:12: …".
static void place_from_message(clua_state *s) {
    const char *text = s->message;
    if (!text) return;
    for (const char *p = strchr(text, ':'); p; p = strchr(p + 1, ':')) {
        char *end;
        long line = strtol(p + 1, &end, 10);
        if (end == p + 1 || *end != ':') continue;
        snprintf(s->file, sizeof s->file, "%.*s", (int)(p - text), text);
        s->line = (int)line;
        return;
    }
}

clua_status failure_take(clua_state *s, lua_State *L, int status) {
    if (!s->limit && s->stop) s->limit = s->stop;
    if (!s->limit && status == LUA_ERRMEM) s->limit = CLUA_MEMORY;
    if (s->limit) {
        limit_message(s, s->limit);
        return s->limit;
    }
    if (lua_type(L, -1) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        failure_message(s, text, length);
        if (status == LUA_ERRSYNTAX) {
            place_from_message(s);
            return CLUA_SYNTAX;
        }
        return text == s->coded_message ? s->coded_status : CLUA_RUNTIME;
    }
    // An error object may have a __tostring: more of the script's code, under the same budget.
    lua_pushcfunction(L, object_text);
    lua_pushvalue(L, -2);
    int again = lua_pcall(L, 1, 0, 0);
    if (again != LUA_OK) {
        if (s->stop || s->limit) return failure_take(s, L, again);
        failure_message(s, "an error object that has no text", 32);
        lua_pop(L, 1);
    }
    return CLUA_RUNTIME;
}
