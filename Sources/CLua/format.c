// SPDX-License-Identifier: Apache-2.0
//
// string.format, without %p.

#include "internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

/// Room for %.99f of the largest double: 309 digits, 99 behind the point, sign and point.
#define ITEM_ROOM 480

/// Copies one conversion, "%-5.2f", into `out`. Returns where the pattern goes on behind it.
static const char *read_conversion(lua_State *L, const char *p, const char *end, char *out, const char *flags,
                                   bool precision) {
    const char *start = p;
    while (p < end && *p && strchr(flags, *p)) p++;
    bool bad = p - start > 5;
    for (int i = 0; i < 2 && p < end && isdigit((unsigned char)*p); i++) p++;
    if (p < end && *p == '.') {
        bad = bad || !precision;
        p++;
        for (int i = 0; i < 2 && p < end && isdigit((unsigned char)*p); i++) p++;
    }
    if (bad || p == end || !isalpha((unsigned char)*p)) {
        while (p < end && !isalpha((unsigned char)*p)) p++;
        size_t length = (size_t)(p - start) + (p < end);
        lua_pushlstring(L, start, length > 20 ? 20 : length);
        luaL_error(L, "invalid conversion '%%%s' to 'format'", lua_tostring(L, -1));
    }
    *out++ = '%';
    memcpy(out, start, (size_t)(p - start));
    out[p - start] = 0;
    return p;
}

static void add_number(text_buffer *b, const char *spec, char letter, int argument) {
    char full[40];
    bool is_whole = strchr("dioxX", letter) != NULL;
    snprintf(full, sizeof full, "%s%s%c", spec, is_whole ? LUA_INTEGER_FRMLEN : "", letter);
    char *out = text_room(b, ITEM_ROOM);
    int n = is_whole ? snprintf(out, ITEM_ROOM, full, luaL_checkinteger(b->L, argument))
                     : snprintf(out, ITEM_ROOM, full, luaL_checknumber(b->L, argument));
    b->count += n > 0 ? (size_t)n : 0;
    charge(b->L, 4);
}

/// Work is paid for piece by piece, so that a long text does not outlast a deadline.
#define QUOTED_PIECE 1024

static void add_quoted_text(text_buffer *b, const char *text, size_t length) {
    text_add(b, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        if (i % QUOTED_PIECE == 0) charge(b->L, (length - i < QUOTED_PIECE ? length - i : QUOTED_PIECE) >> 1);
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c == '\n') {
            text_add(b, "\\", 1);
            text_add(b, text + i, 1);
        } else if (iscntrl(c)) {
            bool digit_follows = i + 1 < length && isdigit((unsigned char)text[i + 1]);
            char code[4] = {'\\'};
            size_t n = 1;
            if (digit_follows || c >= 100) code[n++] = (char)('0' + c / 100);
            if (digit_follows || c >= 10) code[n++] = (char)('0' + c / 10 % 10);
            code[n++] = (char)('0' + c % 10);
            text_add(b, code, n);
        } else {
            text_add(b, text + i, 1);
        }
    }
    text_add(b, "\"", 1);
}

/// %q: as a literal that Lua reads back.
static void add_quoted(text_buffer *b, int argument) {
    lua_State *L = b->L;
    char out[64];
    switch (lua_type(L, argument)) {
    case LUA_TSTRING: {
        size_t length;
        const char *text = lua_tolstring(L, argument, &length);
        add_quoted_text(b, text, length);
        return;
    }
    case LUA_TNUMBER: {
        int n;
        if (lua_isinteger(L, argument)) {
            lua_Integer i = lua_tointeger(L, argument);
            n = snprintf(out, sizeof out, i == LUA_MININTEGER ? "0x%llx" : "%lld", (long long)i);
        } else {
            double d = lua_tonumber(L, argument);
            n = isinf(d)   ? snprintf(out, sizeof out, d > 0 ? "1e9999" : "-1e9999")
                : isnan(d) ? snprintf(out, sizeof out, "(0/0)")
                           : snprintf(out, sizeof out, "%a", d);
        }
        text_add(b, out, (size_t)n);
        return;
    }
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        to_text(L, argument, NULL);
        text_add_value(b);
        return;
    default: luaL_argerror(L, argument, "value has no literal form");
    }
}

static void add_string(text_buffer *b, const char *spec, int argument) {
    lua_State *L = b->L;
    size_t length;
    const char *text = to_text(L, argument, &length);
    if (!spec[1]) {
        text_add_value(b);
        return;
    }
    luaL_argcheck(L, strlen(text) == length, argument, "string contains zeros");
    if (!strchr(spec, '.') && length >= 100) {
        text_add_value(b);
        return;
    }
    char full[40];
    snprintf(full, sizeof full, "%ss", spec);
    char *out = text_room(b, ITEM_ROOM);
    int n = snprintf(out, ITEM_ROOM, full, text);
    b->count += n > 0 ? (size_t)n : 0;
    charge(L, 4);
    lua_pop(L, 1);
}

int string_format(lua_State *L) {
    int last = lua_gettop(L), argument = 1;
    size_t length;
    const char *p = luaL_checklstring(L, 1, &length), *end = p + length;
    text_buffer b;
    text_begin(L, &b);
    charge(L, 2);
    while (p < end) {
        const char *sign = memchr(p, '%', (size_t)(end - p));
        text_add(&b, p, (size_t)((sign ? sign : end) - p));
        if (!sign) break;
        p = sign + 1;
        if (p < end && *p == '%') {
            text_add(&b, p++, 1);
            continue;
        }
        if (++argument > last) return luaL_argerror(L, argument, "no value");
        char spec[32];
        const char *at = p;
        while (at < end && !isalpha((unsigned char)*at) && at - p < 20) at++;
        char letter = at < end ? *at : 0;
        switch (letter) {
        case 'c':
            p = read_conversion(L, p, end, spec, "-", false);
            {
                char full[40], *out = text_room(&b, ITEM_ROOM);
                snprintf(full, sizeof full, "%sc", spec);
                int n = snprintf(out, ITEM_ROOM, full, (int)luaL_checkinteger(L, argument));
                b.count += n > 0 ? (size_t)n : 0;
            }
            break;
        case 'd':
        case 'i':
            p = read_conversion(L, p, end, spec, "-+0 ", true);
            add_number(&b, spec, letter, argument);
            break;
        case 'o':
        case 'x':
        case 'X':
            p = read_conversion(L, p, end, spec, "-#0", true);
            add_number(&b, spec, letter, argument);
            break;
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'g':
        case 'G':
            p = read_conversion(L, p, end, spec, "-+#0 ", true);
            add_number(&b, spec, letter, argument);
            break;
        case 'q':
            p = read_conversion(L, p, end, spec, "", false);
            if (spec[1]) return luaL_error(L, "specifier '%%q' cannot have modifiers");
            add_quoted(&b, argument);
            break;
        case 's':
            p = read_conversion(L, p, end, spec, "-", true);
            add_string(&b, spec, argument);
            break;
        default: {
            size_t shown = (size_t)(at - p) + (at < end);
            lua_pushlstring(L, p, shown > 20 ? 20 : shown);
            return luaL_error(L, "invalid conversion '%%%s' to 'format'", lua_tostring(L, -1));
        }
        }
        p++;
    }
    text_push(&b);
    return 1;
}
