// SPDX-License-Identifier: Apache-2.0
//
// The one table of globals that all chunks of a state share, and read-only views of tables.
//
// Chunks never see the real table but a view of it: an empty table whose metatable shows the real one for reading and
// refuses to write. So nothing can be replaced, not even with rawset (ours refuses views).

#include "internal.h"

static const char lock_key, fill_key;

bool push_locked(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
    if (lua_rawgetp(L, -1, &lock_key) == LUA_TTABLE) {
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 2);
    return false;
}

bool push_whole(lua_State *L, int index) {
    if (!push_locked(L, index)) return false;
    lua_getmetatable(L, index);
    if (lua_rawgetp(L, -1, &fill_key) == LUA_TFUNCTION) lua_call(L, 0, 0);
    else lua_pop(L, 1);
    lua_pop(L, 1);
    return true;
}

void turn_view(lua_State *L) {
    lua_getmetatable(L, 1);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, 2);
    lua_rawsetp(L, -2, &lock_key);
    lua_pushvalue(L, 3);
    lua_rawsetp(L, -2, &fill_key);
    lua_pop(L, 1);
}

static int refuse_write(lua_State *L) {
    return luaL_error(L, "'%s' is read-only: '%s' cannot be set", lua_tostring(L, lua_upvalueindex(1)),
                      to_text(L, 2, NULL));
}

static int locked_length(lua_State *L) {
    lua_pushinteger(L, push_locked(L, 1) ? (lua_Integer)lua_rawlen(L, -1) : 0);
    return 1;
}

void lock_table(lua_State *L, const char *name) {
    int real = lua_gettop(L);
    lua_newtable(L);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, real);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, locked_length);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, real);
    lua_rawsetp(L, -2, &lock_key);
    lua_setmetatable(L, -2);
    lua_replace(L, real);
}

/// Edits (insert, delete, replace, swap neighbours) from one name to another; more than 3 is all the same.
static int distance(const char *a, size_t n, const char *b, size_t m) {
    if (n > 32 || m > 32 || (n > m ? n - m : m - n) > 3) return 9;
    int rows[3][34];
    for (size_t j = 0; j <= m; j++) rows[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int cost = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < cost) cost = above[j] + 1;
            if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < cost)
                cost = before[j - 2] + 1;
            row[j] = cost;
        }
    }
    return rows[n % 3][m];
}

void push_suggestion(lua_State *L, int index, const char *name, size_t length) {
    const char *best = NULL;
    size_t best_length = 0;
    int least = length < 4 ? 2 : 3;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) continue;
        size_t n;
        const char *other = lua_tolstring(L, -2, &n);
        charge(L, 4);
        int d = distance(name, length, other, n);
        if (d < least || (d == least && best && strcmp(other, best) < 0)) {
            least = d;
            best = other;
            best_length = n;
        }
    }
    if (!best) {
        lua_pushliteral(L, "");
        return;
    }
    lua_pushliteral(L, ", did you mean '");
    lua_pushlstring(L, best, best_length);
    lua_pushliteral(L, "'?");
    lua_concat(L, 3);
}

static int undefined_global(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    size_t length;
    const char *name = lua_tolstring(L, 2, &length);
    push_suggestion(L, 1, name, length);
    return luaL_error(L, "undefined global '%s'%s", name, lua_tostring(L, -1));
}

static int write_global(lua_State *L) {
    clua_state *s = state_of(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_globals);
    if (!s->globals_locked) {
        lua_insert(L, 2);
        lua_rawset(L, 2);
        return 0;
    }
    const char *name = to_text(L, 2, NULL);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 4) != LUA_TNIL) return luaL_error(L, "the global '%s' is read-only", name);
    return luaL_error(L, "the new global '%s' is not allowed: write 'local %s'", name, name);
}

void open_globals(lua_State *L) {
    clua_state *s = state_of(L);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    s->ref_globals = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, undefined_global);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lock_table(L, "_G");
    lua_getmetatable(L, -1);
    lua_pushcfunction(L, write_global);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    s->ref_env = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    set_global(L, "_G");
}

void set_global(lua_State *L, const char *name) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    lua_pushstring(L, name);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 2);
}

void push_subtable(lua_State *L, const char *name, size_t length) {
    int parent = lua_gettop(L);
    lua_pushlstring(L, name, length);
    const char *own_name = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_rawget(L, parent);
    if (!push_locked(L, -1)) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lock_table(L, own_name);
        lua_pushvalue(L, parent + 1);
        lua_insert(L, -2);
        lua_rawset(L, parent);
    }
    lua_replace(L, parent);
    lua_settop(L, parent);
}

static int host_call(lua_State *L);

void install_host(lua_State *L, const char *name, uint32_t function) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, state_of(L)->ref_globals);
    const char *part = name;
    for (const char *dot; (dot = strchr(part, '.')); part = dot + 1) push_subtable(L, part, (size_t)(dot - part));
    lua_pushstring(L, part);
    lua_pushinteger(L, function);
    lua_pushstring(L, name);
    lua_pushcclosure(L, host_call, 2);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

// MARK: Calls into the host

/// Finds the innermost frame that is not the host's own.
static bool find_caller(lua_State *L, lua_Debug *ar) {
    for (int level = 1; level < 30 && lua_getstack(L, level, ar); level++)
        if (lua_getinfo(L, "Sl", ar) && ar->source[0] == '@' && ar->currentline > 0) return true;
    return false;
}

/// Pushes "file:line: " of the script that called.
static void push_place(lua_State *L) {
    lua_Debug ar;
    if (find_caller(L, &ar)) lua_pushfstring(L, "%s:%d: ", ar.source + 1, ar.currentline);
    else luaL_where(L, 1);
}

static int host_resumed(lua_State *L, int status, lua_KContext context) {
    (void)status, (void)context;
    clua_state *s = state_of(L);
    if (!s->resume_failed) return lua_gettop(L);
    s->resume_failed = false;
    push_place(L);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
}

static int suspend(lua_State *L, const char *name, clua_bytes request) {
    clua_state *s = state_of(L);
    if (!s->host_coroutine || L != s->host_coroutine || !lua_isyieldable(L))
        return luaL_error(L, "%s cannot wait here: %s", name,
                          !s->host_coroutine ? "this function must answer at once"
                          : L != s->host_coroutine ? "it is called inside a coroutine of the script's own"
                                                   : "it is called from within a library function or a metamethod");
    s->request.count = 0;
    if (!buffer_put(&s->request, request.bytes, request.count)) return luaL_error(L, "no memory for a request");
    s->suspending = true;
    lua_settop(L, 0);
    return lua_yieldk(L, 0, 0, host_resumed);
}

static int host_call(lua_State *L) {
    clua_state *s = state_of(L);
    uint32_t function = (uint32_t)lua_tointeger(L, lua_upvalueindex(1));
    const char *name = lua_tostring(L, lua_upvalueindex(2));
    charge(L, 20);
    lua_Debug ar;
    bool known = find_caller(L, &ar);
    const char *file = known ? ar.source + 1 : "";
    int line = known ? ar.currentline : 0;
    encode_values(L, 1, name);
    clua_bytes reply = {NULL, 0};
    switch (s->host(s->context, function, (clua_bytes){s->out.bytes, s->out.count}, file, line, &reply)) {
    case 0: charge(L, 1); return push_values(L, reply);
    case 2: return suspend(L, name, reply);
    default:
        push_place(L);
        push_value(L, reply);
        lua_concat(L, 2);
        return lua_error(L);
    }
}
