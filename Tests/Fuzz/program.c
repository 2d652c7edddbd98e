// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a program: it is refused or runs inside its limits, and the state survives it.

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    clua_bytes source = {data, size};
    clua_state *s = fuzz_state(&source);
    PROMISE(clua_install(s, "host.echo", 1) == CLUA_OK, "no host function");
    PROMISE(clua_lock_globals(s) == CLUA_OK, "globals stay open");
    clua_handle function = {0, 0};
    clua_status status = clua_load(s, source, "fuzz.lua", (clua_bytes){NULL, 0}, &function);
    fuzz_check(s, status);
    if (status == CLUA_OK) {
        clua_bytes result;
        fuzz_check(s, clua_call(s, function, (clua_bytes){(const uint8_t *)"\0\0\0\0", 4}, fuzz_budget, &result));
        clua_handle coroutine;
        status = clua_start(s, function, (clua_bytes){(const uint8_t *)"\0\0\0\0", 4}, fuzz_budget, &coroutine, &result);
        fuzz_check(s, status);
        for (int i = 0; i < 200 && !clua_collect_step(s); i++) {}
    }
    clua_close(s);
    return 0;
}
