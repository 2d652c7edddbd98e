// SPDX-License-Identifier: Apache-2.0
//
// One match of a Lua pattern against a text.

#ifndef CLUA_PATTERN_H
#define CLUA_PATTERN_H

#include "internal.h"

#define MAX_CAPTURES 32
#define CAPTURE_OPEN ((ptrdiff_t)-1)
#define CAPTURE_POSITION ((ptrdiff_t)-2)

typedef struct {
    lua_State *L;
    const char *text, *end, *pattern, *pattern_end;
    unsigned steps;
    int depth, level;
    struct {
        const char *start;
        ptrdiff_t length;
    } captures[MAX_CAPTURES];
} matcher;

void matcher_begin(matcher *m, lua_State *L, const char *text, size_t length, const char *pattern, size_t size);
/// The end of the match that begins at `at`, or NULL.
const char *matcher_try(matcher *m, const char *at);
/// Pushes capture `i`, from 0; the whole match if the pattern has no captures.
void matcher_push(matcher *m, int i, const char *from, const char *to);
/// Pushes all captures. `from` NULL: none if the pattern has none.
int matcher_push_all(matcher *m, const char *from, const char *to);

#endif
