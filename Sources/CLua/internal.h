// SPDX-License-Identifier: Apache-2.0
//
// What the files of the shim share. Functions that take a lua_State may raise and run protected only.

#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H

#include "include/CLua.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/// Instructions between two looks of the count hook.
#define COUNT_STEP 64
/// Results that one function may give: beyond, the Lua stack itself would pass the block limit.
#define MAX_RESULTS 16000

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} byte_buffer;

/// A table's key, for sorting.
typedef struct {
    enum { KEY_INTEGER, KEY_FLOAT, KEY_STRING, KEY_BOOLEAN } kind;
    lua_Integer integer;
    lua_Number number;
    const char *text;
    size_t length;
} table_key;

/// A call that is running, for the deadline's signal.
typedef struct clock_frame {
    struct clock_frame *outer;
    clua_state *state;
    /// By the monotonic clock, in ns.
    int64_t began, deadline;
    /// The thread's own time when the call began, at most; -1 while nobody asked.
    int64_t own_began;
} clock_frame;

typedef struct {
    uint32_t generation, references;
} slot_record;

/// Blocks up to this size come from the state's pool.
#define POOLED 512

/// Small blocks: see pool.c.
typedef struct {
    struct slab *open[POOLED / 16], *empty;
    struct region *regions;
    char *fresh, *fresh_end;
    size_t mapped, most;
} pool;

struct clua_state {
    lua_State *main;
    /// The Lua thread that runs now; NULL between entries. Read by the signal handler.
    lua_State *volatile current;
    /// The host's coroutine that runs now, if one does.
    lua_State *host_coroutine;
    /// Not 0: why everything must end, a clua_status. Written by the signal handler and the allocator.
    volatile sig_atomic_t stop;
    /// The limit error under way, 0 if none.
    int limit;

    clua_limits limits;
    void *context;
    clua_host_function host;
    clua_resolver resolver;
    char name[64];

    // Memory.
    size_t used, allocated;
    pool pool;
    void *string_table;
    // The collector: see collector.c.
    size_t collect_above, unpaid;
    bool collecting, own_pace;

    // Work.
    int64_t left, budget, began;
    int entries;
    clock_frame frame;
    bool polls;
    clua_usage usage;
    uint64_t random[4];

    // Values on their way.
    byte_buffer out, request;
    bool suspending, resume_failed;
    table_key *keys;
    size_t keys_count, keys_capacity;
    struct {
        const char *name;
        size_t length;
        lua_Integer index;
    } path[256];
    const void *ancestors[256];
    // An error message that means another status than CLUA_RUNTIME, known by its address.
    const char *coded_message;
    clua_status coded_status;

    // Handles.
    slot_record *slots;
    uint32_t slots_count, slots_capacity, free_slot, first_generation;

    // Registry references.
    /// The name by which Lua itself knows __call; see state.c.
    const char *call_name;
    int ref_call, ref_slots, ref_handles, ref_env, ref_globals, ref_memory_message, ref_array, ref_threads, ref_loaded,
        ref_order;
    int threads;
    bool globals_locked;

    // The failure of the last entry.
    bool has_failure;
    char *message;
    size_t message_length;
    char file[256];
    int line;
    char traceback[1200];
};

/// The address stands for `null` in Lua.
extern char clua_null;

static inline clua_state *state_of(lua_State *L) { return *(clua_state **)lua_getextraspace(L); }

// alloc.c
void *clua_alloc(void *ud, void *block, size_t old, size_t wanted);

// pool.c
/// - most: bytes to be mapped at most.
void pool_begin(pool *p, size_t most);
/// A block of 1 to POOLED bytes, NULL if there is no memory.
void *pool_take(pool *p, size_t size);
void pool_give(pool *p, void *block);
void pool_end(pool *p);

// collector.c
void collect_begin(clua_state *s);
/// Books an allocation. True if the collector should work before the script goes on.
bool collect_is_due(clua_state *s, size_t more);
/// Does the work that is due. Only where Lua may collect: in a hook, or between entries.
void collect(lua_State *L);
/// Collects until half of the memory is free, all garbage is gone, or the time is over; only if nearly all is used.
void collect_hard(clua_state *s);

// limits.c
/// Raises the limit error that is under way, or begins one.
_Noreturn void raise_limit(lua_State *L, int code);
_Noreturn void raise_stop(lua_State *L);
void charge_slow(lua_State *L);
/// Has us called at the script's next instruction: it must end, or the collector has work. Good for signal handlers.
void request_service(lua_State *L);
void install_hook(clua_state *s, lua_State *L);
void enter(clua_state *s, clua_budget budget);
void leave(clua_state *s);

/// Books work done in C against the budget, and ends the script when that is used up.
static inline void charge(lua_State *L, size_t work) {
    clua_state *s = state_of(L);
    s->left -= (int64_t)work;
    if (s->left < 0 || s->stop) charge_slow(L);
}
static inline void charge_bytes(lua_State *L, size_t bytes) { charge(L, bytes >> 6); }

// clock.c
int64_t clock_now(void);
/// False if this thread can have no timer; then the clock must be polled.
bool clock_push(clock_frame *frame);
void clock_pop(clock_frame *frame);

// failure.c
void failure_clear(clua_state *s);
/// Notes where `L` stands: file, line, traceback. The first note wins.
void failure_at(clua_state *s, lua_State *L);
void failure_message(clua_state *s, const char *text, size_t length);
/// Turns the error object on top of `L` into the failure's message. Returns the status it means.
clua_status failure_take(clua_state *s, lua_State *L, int status);
/// Raises the message on top of the stack, with the caller's position, as an error of this status.
int failure_raise(lua_State *L, clua_status status);
/// The message handler of every entry.
int failure_handler(lua_State *L);

// thrown.c
/// Pushes what is said of the thrown table at `index`: its fields, bounded.
void thrown_push(lua_State *L, int index);

// cross.c, cross_push.c
bool buffer_put(byte_buffer *b, const void *bytes, size_t count);
bool is_utf8(const uint8_t *text, size_t count);
/// Appends the values from `first` to the top to `s->out`, with their count before them.
void encode_values(lua_State *L, int first, const char *what);
/// Pushes all values of a buffer; returns their count.
int push_values(lua_State *L, clua_bytes values);
void push_value(lua_State *L, clua_bytes value);
table_key *keys_add(lua_State *L);
void keys_sort(lua_State *L, size_t base);

// order.c
/// False where the key at `index` is of a kind that has no order. A string's bytes are the table's.
bool key_read(lua_State *L, int index, table_key *key);
void key_push(lua_State *L, const table_key *key);
int key_compare(const table_key *x, const table_key *y);

// handles.c
clua_handle handle_make(lua_State *L, int index);
/// The handle under which the function at `index` is known; counted, made if there is none.
clua_handle handle_of_function(lua_State *L, int index);
/// Pushes what a handle stands for. Returns its type, LUA_TNONE (and pushes nothing) if it is stale.
int handle_push(lua_State *L, clua_handle handle);

// globals.c
/// Replaces the table on top by a read-only view of it.
void lock_table(lua_State *L, const char *name);
/// If the value at `index` is such a view, pushes what it shows and returns true.
bool push_locked(lua_State *L, int index);
/// The same, after what fills the view in (see `turn_view`) has run: for whoever wants all of it.
bool push_whole(lua_State *L, int index);
/// Makes the view at 1 show the table at 2. The function at 3, if there is one, fills that table in when all of it is wanted.
void turn_view(lua_State *L);
void open_globals(lua_State *L);
void set_global(lua_State *L, const char *name);
void push_subtable(lua_State *L, const char *name, size_t length);
void install_host(lua_State *L, const char *name, uint32_t function);

// The libraries.
void open_base(lua_State *L);
void open_math(lua_State *L);
void open_string(lua_State *L);
void open_table(lua_State *L);
void open_utf8(lua_State *L);
void open_coroutine(lua_State *L);
void open_modules(lua_State *L);
void set_functions(lua_State *L, const luaL_Reg *functions);
/// Pushes the text for a value, without addresses. Honours __tostring and __name.
const char *to_text(lua_State *L, int index, size_t *length);
/// Pushes ", did you mean 'x'?" for the nearest name among the keys of the table at `index`, or "".
void push_suggestion(lua_State *L, int index, const char *name, size_t length);
/// Makes a table with this metatable callable through it, if it ever has a __call.
void set_caller(lua_State *L, int metatable);
int order_pairs(lua_State *L);
int order_next(lua_State *L);
int table_sort(lua_State *L);
int string_format(lua_State *L);
int string_find(lua_State *L);
int string_match(lua_State *L);
int string_gmatch(lua_State *L);
int string_gsub(lua_State *L);

/// A string being built. Grows as a userdata in a stack slot, so that it counts and is collected.
typedef struct {
    lua_State *L;
    char *bytes;
    size_t count, capacity;
    int slot;
    char local[256];
} text_buffer;

void text_begin(lua_State *L, text_buffer *b);
char *text_room(text_buffer *b, size_t count);
void text_add(text_buffer *b, const char *bytes, size_t count);
void text_push(text_buffer *b);
/// Adds the string on top of the stack and pops it.
void text_add_value(text_buffer *b);

#endif
