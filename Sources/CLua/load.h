// SPDX-License-Identifier: Apache-2.0
#ifndef CLUA_LOAD_H
#define CLUA_LOAD_H

#include "internal.h"

/// Compiles, leaving a function or a message on the stack. Returns Lua's status.
int load_text(lua_State *L, clua_bytes source, const char *chunk);

#endif
