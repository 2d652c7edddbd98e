-- SPDX-License-Identifier: Apache-2.0
-- Made by `luadesk plugin luacheck`; changes here are lost.
stds.luadesk_plugins = {
  read_globals = {
    _G = { other_fields = true },
    _VERSION = {},
    accept = {},
    array = {},
    assert = {},
    coroutine = { fields = { "close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield" } },
    crypto = { fields = { "base64", "decrypt", "digest", "encrypt", "equal", "hex", "hmac", "random", "sign", "unbase64", "unhex", "verify" } },
    data = { fields = { "read" } },
    error = {},
    failed = {},
    getmetatable = {},
    held = {},
    http = { fields = { "get", "post", "request" } },
    ipairs = {},
    json = { fields = { "decode", "encode" } },
    log = { fields = { "debug", "error", "info", "warning" } },
    math = { fields = { "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger", "min", "mininteger", "modf", "pi", "rad", "random", "sin", "sqrt", "tan", "tointeger", "type", "ult" } },
    media = { fields = { "info", "url" } },
    metric = { fields = { "count" } },
    misconfigured = {},
    next = {},
    null = {},
    pairs = {},
    pcall = {},
    plugin = {},
    rawequal = {},
    rawget = {},
    rawlen = {},
    rawset = {},
    refuse = {},
    require = {},
    retry = {},
    select = {},
    sent = {},
    setmetatable = {},
    store = { fields = { "get", "increment", "remove", "set" } },
    string = { fields = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper" } },
    table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
    text = { fields = { "clean", "is_utf8", "length", "split", "trim", "truncate" } },
    time = { fields = { "milliseconds", "now", "parse_rfc3339", "rfc3339", "until_midnight" } },
    token = { fields = { "drop", "get" } },
    tonumber = {},
    tostring = {},
    type = {},
    url = { fields = { "decode", "encode", "parse", "parse_query", "query" } },
    utf8 = { fields = { "char", "charpattern", "codepoint", "codes", "len", "offset" } },
    xml = { fields = { "decode", "encode", "object" } },
    xpcall = {},
  },
}

std = "luadesk_plugins"
files["*/tests"] = { read_globals = { "test" } }
exclude_files = { "meta" }
-- What a function is called with is the host's choice, and a text is as long as it is.
unused_args = false
max_line_length = false
