// SPDX-License-Identifier: Apache-2.0
//
// One sandboxed Lua state behind a handful of whole functions. None of them raises: Lua's errors are longjmps, which
// must not cross a Swift frame, so every entry runs protected and answers with a status.
//
// A state belongs to one thread at a time. Values cross as bytes (see cross.c for the format).

#ifndef CLUA_H
#define CLUA_H

#include <stddef.h>
#include <stdint.h>

/// A sandboxed Lua state.
typedef struct clua_state clua_state;

/// Borrowed bytes. Those that a function hands out are good until the next call on the same state.
typedef struct {
    const uint8_t *_Nullable bytes;
    size_t count;
} clua_bytes;

/// How an entry ended.
typedef enum {
    CLUA_OK = 0,
    CLUA_SYNTAX = 1,
    CLUA_RUNTIME = 2,
    CLUA_MEMORY = 3,
    CLUA_INSTRUCTIONS = 4,
    CLUA_DEADLINE = 5,
    CLUA_VALUE = 6,
    CLUA_DEAD = 7,
    CLUA_RESOLVE = 8,
    /// The coroutine waits; the result is its request.
    CLUA_SUSPENDED = 9,
} clua_status;

typedef struct {
    /// Bytes that Lua may hold in all, and in one block.
    size_t memory, block;
    /// Coroutines of the scripts' own that may be alive at once.
    int coroutines;
    /// Levels of tables, and bytes, that may cross at once.
    int value_depth;
    size_t value_bytes;
    /// Not 0: count instructions. 0: stop by the clock.
    int counted;
    /// Not 0: look at the clock now and then instead of having a timer. Done anyway where no timer can be had.
    int polled;
    uint64_t seed;
} clua_limits;

typedef struct {
    int64_t instructions;
    int64_t nanoseconds;
} clua_budget;

typedef struct {
    int64_t instructions;
    int64_t nanoseconds;
    int64_t bytes;
} clua_usage;

/// Where and why the last entry failed; good until the next entry.
typedef struct {
    clua_bytes message, file, traceback;
    int line;
} clua_failure;

/// A function, coroutine or table that the host holds. The generation tells a stale handle from the slot's next tenant.
typedef struct {
    uint32_t slot, generation;
} clua_handle;

/// What a host function did. 0: `reply` holds values. 1: `reply` is a message to raise. 2: `reply` is one value, the
/// request to suspend the coroutine with.
typedef int (*clua_host_function)(void *_Nullable context, uint32_t function, clua_bytes arguments,
                                  const char *_Nonnull file, int line, clua_bytes *_Nonnull reply);

/// Finds a module's source. Returns 0 if there is none.
typedef int (*clua_resolver)(void *_Nullable context, clua_bytes name, clua_bytes *_Nonnull source,
                             clua_bytes *_Nonnull chunk);

/// NULL if there is no memory for it, or not even the libraries fit into the limit.
clua_state *_Nullable clua_new(const char *_Nonnull name, clua_limits limits, void *_Nullable context,
                               clua_host_function _Nonnull host, clua_resolver _Nonnull resolver);
void clua_close(clua_state *_Nonnull s);

/// Makes host function number `function` callable under a dotted name.
clua_status clua_install(clua_state *_Nonnull s, const char *_Nonnull name, uint32_t function);

/// Compiles text. `environment` is empty or one object whose fields the chunk sees as further globals.
clua_status clua_load(clua_state *_Nonnull s, clua_bytes source, const char *_Nonnull chunk, clua_bytes environment,
                      clua_handle *_Nonnull function);
clua_status clua_call(clua_state *_Nonnull s, clua_handle function, clua_bytes arguments, clua_budget budget,
                      clua_bytes *_Nonnull result);
/// Runs a function on a coroutine of the host's own.
clua_status clua_start(clua_state *_Nonnull s, clua_handle function, clua_bytes arguments, clua_budget budget,
                       clua_handle *_Nonnull coroutine, clua_bytes *_Nonnull result);
/// `failed` not 0: `values` holds one string, raised where the coroutine waits.
clua_status clua_resume(clua_state *_Nonnull s, clua_handle coroutine, int failed, clua_bytes values,
                        clua_budget budget, clua_bytes *_Nonnull result);

/// Keeps a value in the state, to be passed by handle.
clua_status clua_hold(clua_state *_Nonnull s, clua_bytes value, clua_handle *_Nonnull handle);
void clua_release(clua_state *_Nonnull s, clua_handle handle);

clua_status clua_set_global(clua_state *_Nonnull s, const char *_Nonnull name, clua_bytes value);
clua_status clua_lock_globals(clua_state *_Nonnull s);

/// One bounded step of the collector. Returns 1 when a cycle ended.
int clua_collect_step(clua_state *_Nonnull s);
size_t clua_memory(const clua_state *_Nonnull s);
clua_usage clua_last_usage(const clua_state *_Nonnull s);
clua_failure clua_last_failure(const clua_state *_Nonnull s);

/// Raises outside of every protected call, as only a fault of our own could: the process ends with a record of whose script it was.
/// For the test of that record.
void clua_panic(clua_state *_Nonnull s);

#endif
