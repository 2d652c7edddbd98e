// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as values on their way into Lua: refused, or they come back in one form that then stays as it is.

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    clua_state *s = fuzz_state(NULL);
    clua_handle echo = fuzz_load(s, "return ...");
    clua_bytes given = {data, size}, result;

    clua_status status = clua_call(s, echo, given, fuzz_budget, &result);
    fuzz_check(s, status);
    if (status == CLUA_OK) {
        size_t count = result.count;
        uint8_t *first = malloc(count ? count : 1);
        PROMISE(first, "no memory");
        memcpy(first, result.bytes, count);
        status = clua_call(s, echo, (clua_bytes){first, count}, fuzz_budget, &result);
        fuzz_check(s, status);
        PROMISE(status == CLUA_OK, "what came out does not go in");
        PROMISE(result.count == count && memcmp(result.bytes, first, count) == 0, "values change on their way");
        free(first);
    }

    clua_handle held;
    status = clua_hold(s, given, &held);
    fuzz_check(s, status);
    if (status == CLUA_OK) clua_release(s, held);
    fuzz_check(s, clua_set_global(s, "value", given));

    clua_handle coroutine, function = fuzz_load(s, "return coroutine and ...");
    fuzz_check(s, clua_start(s, function, given, fuzz_budget, &coroutine, &result));
    clua_close(s);
    return 0;
}
