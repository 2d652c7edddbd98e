-- SPDX-License-Identifier: Apache-2.0
-- Made by `luadesk rules meta`; changes here are lost.
stds.luadesk_rules = {
  read_globals = {
    _G = { other_fields = true },
    _VERSION = {},
    above = {},
    alert = {},
    all = {},
    anomaly = {},
    any = {},
    assert = {},
    at_least = {},
    at_most = {},
    below = {},
    between = {},
    channel = {},
    contains = {},
    coroutine = { fields = { "close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield" } },
    data = {},
    eq = {},
    error = {},
    escalate = {},
    event = {},
    exists = {},
    flow = {},
    fold = {},
    getmetatable = {},
    has_tag = {},
    i18n = {},
    intent = {},
    ipairs = {},
    keywords = {},
    language = {},
    matches = {},
    math = { fields = { "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "log", "max", "min", "modf", "rad", "random", "sin", "sqrt", "tan", "tointeger", "type", "ult", "huge", "maxinteger", "mininteger", "pi" } },
    missing = {},
    ne = {},
    next = {},
    none = {},
    null = {},
    one_of = {},
    pairs = {},
    pattern = { fields = { "order_no", "phone", "email", "number", "yes_no", "text" } },
    pcall = {},
    prefix = {},
    rawequal = {},
    rawget = {},
    rawlen = {},
    rawset = {},
    reply = {},
    require = {},
    route = {},
    seconds = {},
    select = {},
    setmetatable = {},
    string = { fields = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper" } },
    table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
    tonumber = {},
    tostring = {},
    type = {},
    utf8 = { fields = { "char", "codepoint", "codes", "len", "offset", "charpattern" } },
    within = {},
    xpcall = {},
  },
}
stds.luadesk_tests = {
  read_globals = {
    property = {},
    test = {},
  },
}

std = "luadesk_rules"
files["tests"] = { std = "+luadesk_tests" }
exclude_files = { "meta" }
-- What a function is called with is the host's choice, and a text is as long as it is.
unused_args = false
max_line_length = false
