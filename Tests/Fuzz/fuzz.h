// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers share: a sandboxed state with small limits and reproducible budgets. They use the shim's public
// functions only.

#ifndef FUZZ_H
#define FUZZ_H

#include "CLua.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MEMORY ((size_t)4 << 20)
#define FUZZ_INSTRUCTIONS 20000

/// Stops with a report that libFuzzer keeps the input of.
#define PROMISE(condition, ...)                              \
    do {                                                     \
        if (!(condition)) {                                  \
            fprintf(stderr, "broken promise: " __VA_ARGS__); \
            fputc('\n', stderr);                             \
            abort();                                         \
        }                                                    \
    } while (0)

static const clua_budget fuzz_budget = {.instructions = FUZZ_INSTRUCTIONS, .nanoseconds = INT64_MAX / 2};

/// Gives its arguments back.
static int fuzz_host(void *context, uint32_t function, clua_bytes arguments, const char *file, int line,
                     clua_bytes *reply) {
    (void)context, (void)function, (void)file, (void)line;
    *reply = arguments;
    return 0;
}

/// - context: a clua_bytes, the source of every module; NULL if there are none.
static int fuzz_resolver(void *context, clua_bytes name, clua_bytes *source, clua_bytes *chunk) {
    if (!context) return 0;
    *source = *(const clua_bytes *)context;
    *chunk = name;
    return 1;
}

static inline clua_state *fuzz_state(void *context) {
    clua_limits limits = {.memory = FUZZ_MEMORY,
                          .block = (size_t)256 << 10,
                          .coroutines = 8,
                          .value_depth = 32,
                          .value_bytes = (size_t)256 << 10,
                          .counted = 1,
                          .seed = 1};
    clua_state *s = clua_new("fuzz", limits, context, fuzz_host, fuzz_resolver);
    PROMISE(s, "no state");
    return s;
}

static inline clua_handle fuzz_load(clua_state *s, const char *source) {
    clua_handle function;
    clua_status status =
        clua_load(s, (clua_bytes){(const uint8_t *)source, strlen(source)}, "fuzz.lua", (clua_bytes){NULL, 0}, &function);
    PROMISE(status == CLUA_OK, "the harness's own program does not load");
    return function;
}

/// What holds after every entry, however it ended.
static inline void fuzz_check(clua_state *s, clua_status status) {
    PROMISE(status >= CLUA_OK && status <= CLUA_SUSPENDED, "status %d", (int)status);
    PROMISE(clua_memory(s) <= 2 * FUZZ_MEMORY, "%zu bytes in use", clua_memory(s));
    if (status == CLUA_OK || status == CLUA_SUSPENDED) return;
    PROMISE(clua_last_failure(s).message.count, "status %d without a message", (int)status);
}

#endif
