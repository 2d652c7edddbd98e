// SPDX-License-Identifier: Apache-2.0
//
// Lua's patterns (manual 6.4.1) with a step counter: a backtracking matcher can take exponential time, and no hook of
// Lua's runs while it does.

#include "internal.h"
#include "pattern.h"

#include <ctype.h>

#define MAX_DEPTH 200

static void step(matcher *m) {
    if (++m->steps & 63) return;
    charge(m->L, 8);
}

/// The end of the item at `p`: a character, %x, or a set.
static const char *item_end(matcher *m, const char *p) {
    if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
    char c = *p++;
    if (c == '%') {
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (c != '[') return p;
    if (p < m->pattern_end && *p == '^') p++;
    // A ']' that comes first stands for itself.
    for (bool first = true; first || p == m->pattern_end || *p != ']'; first = false) {
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < m->pattern_end) p++;
    }
    return p + 1;
}

static bool in_class(int c, int letter) {
    bool is;
    switch (tolower(letter)) {
    case 'a': is = isalpha(c); break;
    case 'c': is = iscntrl(c); break;
    case 'd': is = isdigit(c); break;
    case 'g': is = isgraph(c); break;
    case 'l': is = islower(c); break;
    case 'p': is = ispunct(c); break;
    case 's': is = isspace(c); break;
    case 'u': is = isupper(c); break;
    case 'w': is = isalnum(c); break;
    case 'x': is = isxdigit(c); break;
    case 'z': is = c == 0; break;
    default: return letter == c;
    }
    return isupper(letter) ? !is : is;
}

/// `p` is at '[' and `end` behind its ']'.
static bool in_set(matcher *m, int c, const char *p, const char *end) {
    bool wanted = true;
    p++;
    if (*p == '^') {
        wanted = false;
        p++;
    }
    for (end--; p < end; p++) {
        step(m);
        if (*p == '%') {
            if (in_class(c, (unsigned char)*++p)) return wanted;
        } else if (p + 2 < end && p[1] == '-') {
            if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2]) return wanted;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return wanted;
        }
    }
    return !wanted;
}

static bool matches_one(matcher *m, const char *at, const char *p, const char *end) {
    step(m);
    if (at >= m->end) return false;
    int c = (unsigned char)*at;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(m, c, p, end);
    default: return (unsigned char)*p == c;
    }
}

static const char *match_here(matcher *m, const char *at, const char *p);

/// %bxy
static const char *match_balance(matcher *m, const char *at, const char *p) {
    if (m->pattern_end - p < 2) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (at >= m->end || *at != p[0]) return NULL;
    int open = 1;
    for (const char *i = at + 1; i < m->end; i++) {
        step(m);
        if (*i == p[1]) {
            if (--open == 0) return i + 1;
        } else if (*i == p[0]) {
            open++;
        }
    }
    return NULL;
}

static const char *match_most(matcher *m, const char *at, const char *p, const char *end) {
    size_t n = 0;
    while (matches_one(m, at + n, p, end)) n++;
    while (true) {
        const char *result = match_here(m, at + n, end + 1);
        if (result || n-- == 0) return result;
    }
}

static const char *match_least(matcher *m, const char *at, const char *p, const char *end) {
    while (true) {
        const char *result = match_here(m, at, end + 1);
        if (result) return result;
        if (!matches_one(m, at, p, end)) return NULL;
        at++;
    }
}

static const char *open_capture(matcher *m, const char *at, const char *p, ptrdiff_t kind) {
    if (m->level >= MAX_CAPTURES) luaL_error(m->L, "too many captures");
    m->captures[m->level].start = at;
    m->captures[m->level].length = kind;
    m->level++;
    const char *result = match_here(m, at, p);
    if (!result) m->level--;
    return result;
}

static const char *close_capture(matcher *m, const char *at, const char *p) {
    int i = m->level - 1;
    while (i >= 0 && m->captures[i].length != CAPTURE_OPEN) i--;
    if (i < 0) luaL_error(m->L, "invalid pattern capture");
    m->captures[i].length = at - m->captures[i].start;
    const char *result = match_here(m, at, p);
    if (!result) m->captures[i].length = CAPTURE_OPEN;
    return result;
}

static const char *match_reference(matcher *m, const char *at, int digit) {
    int i = digit - '1';
    if (i < 0 || i >= m->level || m->captures[i].length == CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    // A position is no text to be found again.
    if (m->captures[i].length == CAPTURE_POSITION) return NULL;
    size_t length = (size_t)m->captures[i].length;
    charge(m->L, 1 + (length >> 6));
    if ((size_t)(m->end - at) < length || memcmp(m->captures[i].start, at, length) != 0) return NULL;
    return at + length;
}

/// %f[set]
static bool at_frontier(matcher *m, const char *at, const char *p, const char *end) {
    int before = at == m->text ? 0 : (unsigned char)at[-1];
    int after = at == m->end ? 0 : (unsigned char)*at;
    return !in_set(m, before, p, end) && in_set(m, after, p, end);
}

static const char *match_here(matcher *m, const char *at, const char *p) {
    if (m->depth++ >= MAX_DEPTH) luaL_error(m->L, "pattern too complex");
    while (at && p < m->pattern_end) {
        step(m);
        if (*p == '(') {
            at = p + 1 < m->pattern_end && p[1] == ')' ? open_capture(m, at, p + 2, CAPTURE_POSITION)
                                                       : open_capture(m, at, p + 1, CAPTURE_OPEN);
            break;
        }
        if (*p == ')') {
            at = close_capture(m, at, p + 1);
            break;
        }
        if (*p == '$' && p + 1 == m->pattern_end) {
            if (at != m->end) at = NULL;
            break;
        }
        if (*p == '%' && p + 1 < m->pattern_end) {
            char kind = p[1];
            if (kind == 'b') {
                at = match_balance(m, at, p + 2);
                p += 4;
                continue;
            }
            if (kind == 'f') {
                p += 2;
                if (p >= m->pattern_end || *p != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
                const char *end = item_end(m, p);
                if (!at_frontier(m, at, p, end)) at = NULL;
                p = end;
                continue;
            }
            if (isdigit((unsigned char)kind)) {
                at = match_reference(m, at, kind);
                p += 2;
                continue;
            }
        }
        const char *end = item_end(m, p);
        char suffix = end < m->pattern_end ? *end : 0;
        if (suffix == '*' || suffix == '+' || suffix == '-') {
            if (suffix == '+' && !matches_one(m, at, p, end)) at = NULL;
            else if (suffix == '-') at = match_least(m, at, p, end);
            else at = match_most(m, suffix == '+' ? at + 1 : at, p, end);
            break;
        }
        bool one = matches_one(m, at, p, end);
        if (suffix == '?') {
            const char *result = one ? match_here(m, at + 1, end + 1) : NULL;
            if (result) {
                at = result;
                break;
            }
            p = end + 1;
            continue;
        }
        at = one ? at + 1 : NULL;
        p = end;
    }
    m->depth--;
    return at;
}

void matcher_begin(matcher *m, lua_State *L, const char *text, size_t length, const char *pattern, size_t size) {
    m->L = L;
    m->text = text;
    m->end = text + length;
    m->pattern = pattern;
    m->pattern_end = pattern + size;
    m->steps = 0;
    m->level = m->depth = 0;
}

const char *matcher_try(matcher *m, const char *at) {
    m->level = m->depth = 0;
    return match_here(m, at, m->pattern);
}

void matcher_push(matcher *m, int i, const char *from, const char *to) {
    if (i >= m->level) {
        if (i != 0) luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, from, (size_t)(to - from));
        return;
    }
    ptrdiff_t length = m->captures[i].length;
    if (length == CAPTURE_OPEN) luaL_error(m->L, "unfinished capture");
    if (length == CAPTURE_POSITION) {
        lua_pushinteger(m->L, m->captures[i].start - m->text + 1);
        return;
    }
    charge_bytes(m->L, (size_t)length);
    lua_pushlstring(m->L, m->captures[i].start, (size_t)length);
}

int matcher_push_all(matcher *m, const char *from, const char *to) {
    int count = m->level == 0 && from ? 1 : m->level;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++) matcher_push(m, i, from, to);
    return count;
}
