// SPDX-License-Identifier: Apache-2.0
//
// The utf8 library, charged. As the stock one: strict unless `lax`, positions in bytes.

#include "internal.h"

#define MAX_UNICODE 0x10FFFFu

static bool is_inner(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/// Decodes one sequence of up to six bytes. Returns its end, NULL if it is invalid.
static const char *decode(const char *at, const char *end, uint32_t *code, bool strict) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
    unsigned char c = (unsigned char)*at;
    int more = c < 0x80 ? 0 : c < 0xc0 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf8 ? 3 : c < 0xfc ? 4 : c < 0xfe ? 5 : -1;
    if (more < 0 || end - at <= more) return NULL;
    uint32_t value = more == 0 ? c : c & (0x3fu >> more);
    for (int i = 1; i <= more; i++) {
        if (!is_inner(at[i])) return NULL;
        value = value << 6 | ((unsigned char)at[i] & 0x3f);
    }
    if (value < least[more]) return NULL;
    if (strict && (value > MAX_UNICODE || (value >= 0xd800 && value <= 0xdfff))) return NULL;
    if (code) *code = value;
    return at + more + 1;
}

static lua_Integer position(lua_Integer i, size_t length) {
    if (i >= 0) return i;
    return (size_t)-i > length ? 0 : (lua_Integer)length + i + 1;
}

static int utf8_len(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer i = position(luaL_optinteger(L, 2, 1), length), j = position(luaL_optinteger(L, 3, -1), length), n = 0;
    bool lax = lua_toboolean(L, 4);
    luaL_argcheck(L, 1 <= i && --i <= (lua_Integer)length, 2, "initial position out of bounds");
    luaL_argcheck(L, --j < (lua_Integer)length, 3, "final position out of bounds");
    charge(L, 1 + length / 16);
    for (; i <= j; n++) {
        const char *next = decode(text + i, text + length, NULL, !lax);
        if (!next) {
            luaL_pushfail(L);
            lua_pushinteger(L, i + 1);
            return 2;
        }
        i = next - text;
    }
    lua_pushinteger(L, n);
    return 1;
}

static int utf8_codepoint(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer i = position(luaL_optinteger(L, 2, 1), length), j = position(luaL_optinteger(L, 3, i), length);
    bool lax = lua_toboolean(L, 4);
    luaL_argcheck(L, i >= 1, 2, "out of bounds");
    luaL_argcheck(L, j <= (lua_Integer)length, 3, "out of bounds");
    if (i > j) return 0;
    if (j - i >= MAX_RESULTS) return luaL_error(L, "string slice too long");
    charge(L, 1 + (size_t)(j - i));
    luaL_checkstack(L, (int)(j - i) + 1, "string slice too long");
    int n = 0;
    for (const char *at = text + i - 1, *stop = text + j; at < stop; n++) {
        uint32_t code;
        at = decode(at, text + length, &code, !lax);
        if (!at) return luaL_error(L, "invalid UTF-8 code");
        lua_pushinteger(L, code);
    }
    return n;
}

static int utf8_char(lua_State *L) {
    int n = lua_gettop(L);
    text_buffer b;
    text_begin(L, &b);
    charge(L, 1 + (size_t)n);
    for (int i = 1; i <= n; i++) {
        lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(L, i);
        luaL_argcheck(L, code <= 0x7FFFFFFFu, i, "value out of range");
        char out[8];
        int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : code < 0x200000 ? 3 : code < 0x4000000 ? 4 : 5;
        for (int k = more; k > 0; k--, code >>= 6) out[k] = (char)(0x80 | (code & 0x3f));
        out[0] = more == 0 ? (char)code : (char)((0xff00u >> (more + 1) & 0xff) | code);
        text_add(&b, out, (size_t)more + 1);
    }
    text_push(&b);
    return 1;
}

static int utf8_offset(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2), count = (lua_Integer)length;
    lua_Integer i = position(luaL_optinteger(L, 3, n > 0 ? 1 : count + 1), length);
    luaL_argcheck(L, 1 <= i && --i <= count, 3, "position out of bounds");
    charge(L, 1 + length / 16);
    // The string ends with a zero that is not counted, so text[count] may be read.
    if (n == 0) {
        while (i > 0 && is_inner(text[i])) i--;
    } else {
        if (is_inner(text[i])) return luaL_error(L, "initial position is a continuation byte");
        if (n < 0) {
            while (n < 0 && i > 0) {
                do i--;
                while (i > 0 && is_inner(text[i]));
                n++;
            }
        } else {
            n--;
            while (n > 0 && i < count) {
                do i++;
                while (is_inner(text[i]));
                n--;
            }
        }
    }
    if (n == 0) lua_pushinteger(L, i + 1);
    else luaL_pushfail(L);
    return 1;
}

static int codes_step(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    bool strict = lua_toboolean(L, lua_upvalueindex(1));
    lua_Unsigned i = (lua_Unsigned)lua_tointeger(L, 2);
    charge(L, 1);
    if (i < length)
        while (is_inner(text[i])) i++;
    if (i >= length) return 0;
    uint32_t code;
    const char *next = decode(text + i, text + length, &code, strict);
    if (!next || (next < text + length && is_inner(*next))) return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_pushinteger(L, code);
    return 2;
}

static int utf8_codes(lua_State *L) {
    bool lax = lua_toboolean(L, 2);
    const char *text = luaL_checkstring(L, 1);
    luaL_argcheck(L, !is_inner(*text), 1, "invalid UTF-8 code");
    lua_pushboolean(L, !lax);
    lua_pushcclosure(L, codes_step, 1);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

void open_utf8(lua_State *L) {
    static const luaL_Reg functions[] = {{"len", utf8_len},       {"codepoint", utf8_codepoint}, {"char", utf8_char},
                                         {"offset", utf8_offset}, {"codes", utf8_codes},         {NULL, NULL}};
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    push_subtable(L, "utf8", 4);
    set_functions(L, functions);
    lua_pushlstring(L, "[\0-\x7F\xC2-\xFD][\x80-\xBF]*", 14);
    lua_setfield(L, -2, "charpattern");
    lua_pop(L, 1);
}
