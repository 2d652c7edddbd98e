-- SPDX-License-Identifier: Apache-2.0
--
-- What functions of rules are called with: a view to look at, and `out` to say what shall happen. Runs before any rule;
-- names that begin with "__" are the host's and disappear afterwards.

local unknown, wait, hash, diverged = __unknown, __wait, __hash, __diverged
local find_pattern, fold, to_ms, clock = __find_pattern, __fold, __milliseconds, __clock

-- Takes the table of `route "id" { … }`. Numbers as keys (`on_upgrade = { [2] = … }`) become texts on their way out.
local finish = __finish
__taker(function(spec)
  if type(spec) == "table" and type(spec.on_upgrade) == "table" then
    local copy, upgrades = {}, {}
    for name, value in pairs(spec) do copy[name] = value end
    for version, change in pairs(spec.on_upgrade) do upgrades[tostring(version)] = change end
    copy.on_upgrade = upgrades
    spec = copy
  end
  return finish(spec)
end)

-- Random numbers that start anew, from the decision's seed, for each call: the same event always draws the same.
local seed = 0
local function draw()
  seed = seed + 0x9e3779b97f4a7c15
  local z = seed
  z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
  z = (z ~ (z >> 27)) * 0x94d049bb133111eb
  return z ~ (z >> 31)
end

local own_math = {}
for name, value in pairs(math) do own_math[name] = value end
own_math.random = function(low, high)
  if not low then return (draw() >> 11) * (0.5 ^ 53) end
  if not high then low, high = 1, low end
  if math.type(low) ~= "integer" or math.type(high) ~= "integer" then error("math.random takes whole numbers", 2) end
  if low > high then error("math.random: the interval is empty", 2) end
  local span = high - low + 1
  if span <= 0 then return draw() end
  return low + (draw() >> 1) % span
end
math = __lock(own_math, "math")

-- Fields that a view may have; a misspelt one is an error and not silently nothing.
local fields = __view_fields
local guards = {}
for where, names in pairs(fields) do
  local known = {}
  for _, name in ipairs(names) do known[name] = true end
  guards[where] = {
    __index = function(_, name)
      if known[name] then return nil end
      unknown(where, tostring(name), names)
    end,
  }
end

-- Makes a view read-only, so that no rule changes what the next one sees.
local lock = __lock
local parts, labels = {}, {}
for where in pairs(guards) do
  if where ~= "c" then
    parts[#parts + 1] = where
    labels[#labels + 1] = "c." .. where
  end
end
local function guard(view)
  for i = 1, #parts do
    local where = parts[i]
    local part = rawget(view, where)
    if type(part) == "table" then view[where] = lock(setmetatable(part, guards[where]), labels[i]) end
  end
  view.customer = lock(view.customer, "c.customer")
  return lock(setmetatable(view, guards.c), "c")
end

-- The same for the decisions of one state, one after the other: their parts come sealed, and one is opened when it is looked at. The
-- views stay, what they show is changed.
local open, turn, rawset = __open, __turn, rawset
local sealed, shown, current = {}, {}, {}
local sealable = { "customer", table.unpack(parts) }
for _, where in ipairs(sealable) do shown[where] = lock({}, "c." .. where) end
local c = lock({}, "c")
local function open_part(name)
  local part = open(sealed[name])
  sealed[name] = nil
  turn(shown[name], guards[name] and setmetatable(part, guards[name]) or part)
  rawset(current, name, shown[name])
  return shown[name]
end
-- Runs while a table is walked through or on its way out: without `pairs`, which would begin another walk.
local function open_all()
  for i = 1, #sealable do
    if sealed[sealable[i]] then open_part(sealable[i]) end
  end
end
local unknown_field = guards.c.__index
local opening = {
  __index = function(view, name)
    if sealed[name] then return open_part(name) end
    return unknown_field(view, name)
  end,
}
local function show(view)
  for i = 1, #sealable do
    local name = sealable[i]
    local part = rawget(view, name)
    sealed[name] = nil
    if type(part) == "string" then
      sealed[name], view[name] = part, nil
    elseif part then
      turn(shown[name], guards[name] and setmetatable(part, guards[name]) or part)
      view[name] = shown[name]
    end
  end
  current = setmetatable(view, opening)
  turn(c, current, open_all)
end

local LIST, RUN = {}, {}

local function check(ok, message, level) if not ok then error(message, level or 3) end end

-- The actions that `out` and `chat` share; `add(self, action, value)` keeps one.
local function actions(methods, add, word)
  local function own(self, name) check(type(self) == "table" and (rawget(self, LIST) or rawget(self, RUN)), "write " .. word .. ":" .. name .. "(…), with a colon", 4) end
  local function define(name, make)
    methods[name] = function(self, ...)
      own(self, name)
      add(self, name, make(...))
    end
  end
  local function words(name)
    return function(...)
      local first = ...
      if type(first) == "table" then return first end
      local list = { ... }
      check(#list > 0, word .. ":" .. name .. " takes one or more texts", 4)
      for _, item in ipairs(list) do check(type(item) == "string", word .. ":" .. name .. " takes texts", 4) end
      return list
    end
  end
  local function a_table(name, example)
    return function(value)
      check(type(value) == "table", word .. ":" .. name .. " takes a table: " .. example, 4)
      return value
    end
  end
  local function a_number(name, default)
    return function(value)
      if value == nil then value = default end
      check(math.type(value) == "integer", word .. ":" .. name .. " takes a whole number", 4)
      return value
    end
  end
  define("tag", words("tag"))
  define("untag", words("untag"))
  define("note", function(text)
    check(type(text) == "string", word .. ":note takes a text", 4)
    return text
  end)
  define("raise_priority", a_number("raise_priority", 1))
  define("set_priority", a_number("set_priority"))
  define("notify", a_table("notify", '{ team = "leads", text = "…" }'))
  define("set", a_table("set", "{ name = value }"))
  define("set_customer", a_table("set_customer", "{ name = value }"))
  define("open_ticket", a_table("open_ticket", '{ subject = "…" }'))
  return define, a_table
end

-- Lines for the desk's log. A stage that is run again has written what stands before its open wait.
local write_line, running = __log, nil
log = {}
for _, level in ipairs { "debug", "info", "warning", "error" } do
  log[level] = function(text, fields)
    check(type(text) == "string", "log." .. level .. " takes a text")
    check(fields == nil or type(fields) == "table", "log." .. level .. ' takes a table second: { name = value }')
    if running and not running.live then return end
    write_line(level, text, fields)
  end
end
log = lock(log, "log")

local out_methods = {}
do
  local define, a_table = actions(out_methods, function(out, action, value)
    local list = out[LIST]
    list[#list + 1] = { action = action, value = value }
  end, "out")
  define("reply", function(content)
    check(type(content) == "string" or type(content) == "table", 'out:reply takes a text or a table: { text = "…", options = { … } }', 4)
    return content
  end)
  define("hand_off", function(to)
    if to == nil then return {} end
    if type(to) == "string" then return { team = to } end
    check(type(to) == "table", 'out:hand_off takes a table: { team = "…", note = "…" }', 4)
    return to
  end)
  define("start_flow", function(id)
    check(type(id) == "string", "out:start_flow takes the id of a flow", 4)
    return id
  end)
  define("stop_flow", function() return true end)
  define("resolve", function() return true end)
  define("assign", a_table("assign", '{ team = "…" }'))
end
local out_names = {}
for name in pairs(out_methods) do out_names[#out_names + 1] = name end
local out_metatable = {
  __index = function(_, name)
    local method = out_methods[name]
    if method then return method end
    unknown("out", tostring(name), out_names)
  end,
}

local api = {}

-- One decision's view serves all its functions; it comes with the first of them.
local function begin(start, view)
  seed, running = start, nil
  if view then show(view) end
end

function api.when(rule, start, view)
  begin(start, view)
  return rule(c) and true or false
end

-- What is wrong with something that a function wants is found out when it has run. It is then run once more, and fails where it wants
-- that: `trip` has the position in the list and the words.
local function lay(list, trip)
  setmetatable(list, { __newindex = function(self, position, value)
    if position == trip.at then error(trip.message, 0) end
    rawset(self, position, value)
  end })
end

function api.act(rule, start, view, trip)
  begin(start, view)
  local list = {}
  if trip then lay(list, trip) end
  rule(c, setmetatable({ [LIST] = list }, out_metatable))
  return list
end

function api.word(rule, start, view)
  begin(start, view)
  return rule(c)
end

function api.upgrade(change, state, start)
  seed, running = start, nil
  return change(state)
end

-- Flows: a stage is run again from its journal each time, up to the wait that is open; what it said on that way has been
-- said. Nothing of it is kept in between but data.

local function live(chat) return rawget(chat, RUN).live end

local chat_methods = {}

local function still_on(chat)
  check(not chat[RUN].ended, "the dialogue has ended: nothing can follow chat:done or chat:handoff, return it", 5)
end

local function emit(chat, action, value)
  still_on(chat)
  local run = chat[RUN]
  if run.live then run.intents[#run.intents + 1] = { action = action, value = value } end
end

local define, a_table = actions(chat_methods, emit, "chat")
chat_methods.ticket = chat_methods.open_ticket

local function content(value, name)
  check(type(value) == "string" or type(value) == "table", "chat:" .. name .. ' takes a text or a table: { text = "…" }', 5)
  return value
end
define("say", function(value) return content(value, "say") end)
define("menu", function(value) return content(value, "menu") end)

local function set_time(chat, at)
  local run = chat[RUN]
  run.now = at
  rawset(chat, "now", clock(at))
end

local function suspend(chat, kind, label, hashed, ends, detail)
  local run = chat[RUN]
  wait { kind = kind, label = label, hash = hashed, ends = ends, detail = detail, intents = run.intents, fresh = run.fresh }
end

-- Waits, or gives what an earlier run has waited for. `accept(input, tries)` says whether the input ends the wait.
local function await(chat, kind, label, asked, detail, timeout, accept)
  local run = chat[RUN]
  check(type(label) == "string" and label ~= "", "chat:" .. kind .. ' needs a label first: chat:' .. kind .. '("order", …)', 4)
  still_on(chat)
  local hashed = hash(kind, label, asked)
  run.position = run.position + 1
  local entry = run.journal[run.position]
  if entry then
    if entry.label ~= label or entry.hash ~= hashed then
      diverged(entry.label, entry.hash, kind, label, hashed)
    end
    set_time(chat, entry.at)
    if entry.message then rawset(chat, "message", entry.message) end
    return entry.value, entry.reason
  end
  if not run.live then
    local open = run.open
    if open.label ~= label or open.hash ~= hashed then diverged(open.label, open.hash, kind, label, hashed) end
    run.live = true
    local input = run.input
    local tries = open.tries
    local is_done, value, reason, is_try = accept(input, tries)
    if is_done then
      run.fresh[#run.fresh + 1] = { label = label, hash = hashed, value = value, reason = reason, at = run.at, message = input.message }
      set_time(chat, run.at)
      if input.message then rawset(chat, "message", input.message) end
      return value, reason
    end
    detail.tries = tries + (is_try and 1 or 0)
    suspend(chat, kind, label, hashed, open.ends, detail)
  end
  detail.tries = 0
  suspend(chat, kind, label, hashed, run.now + timeout, detail)
end

local DAY = 86400000
local function timeout_of(options, default, name)
  if options.timeout == nil then return default end
  local ms = type(options.timeout) == "string" and to_ms(options.timeout)
  check(ms, "chat:" .. name .. ': timeout must be a duration such as "10m"', 4)
  return ms
end

local known_options = {
  ask = { text = true, expect = true, timeout = true, retries = true, retry_text = true, options = true },
  choose = { text = true, options = true, timeout = true, retries = true, retry_text = true },
  wait_event = { name = true, timeout = true },
  call = { timeout = true },
  done = { csat = true }, handoff = { team = true, note = true },
}
local function options_of(options, name, level)
  if options == nil then options = {} end
  check(type(options) == "table", "chat:" .. name .. " takes a table of options", level or 4)
  for key in pairs(options) do
    if not known_options[name][key] then
      local names = {}
      for known in pairs(known_options[name]) do names[#names + 1] = known end
      unknown("chat:" .. name, tostring(key), names)
    end
  end
  return options
end

-- What a message must be to answer a question: a kind from `pattern`, a Lua pattern, a list of words, or a function.
local function expected(expect, message)
  local text = message.text or ""
  if expect == nil then return find_pattern("text", text) end
  if type(expect) == "function" then return expect(text, message) end
  if type(expect) == "string" then return (string.match(text, expect)) end
  if expect["$pattern"] then return find_pattern(expect["$pattern"], text) end
  local folded = fold(text)
  for _, word in ipairs(expect) do
    if fold(word) == folded then return word end
  end
end

local function question(chat, options, name)
  check(options.text ~= nil, "chat:" .. name .. " needs a text to ask with", 4)
  return options.options and { text = options.text, options = options.options } or options.text
end

local function answer(chat, options, read)
  local retries = options.retries or 1
  return function(input, tries)
    if input.kind == "timeout" then return true, nil, "timeout" end
    if input.kind ~= "message" then return false end
    local value = read(input.message)
    if value ~= nil and value ~= false then return true, value end
    if tries >= retries then return true, nil, "no_match" end
    emit(chat, "say", options.retry_text or question(chat, options, "ask"))
    return false, nil, nil, true
  end
end

function chat_methods:ask(label, options)
  options = options_of(options, "ask")
  local text = question(self, options, "ask")
  if live(self) then emit(self, "say", text) end
  local expect = options.expect
  local kind = type(expect) == "table" and (expect["$pattern"] or "words") or type(expect)
  return await(self, "ask", label, { text = text, expect = kind }, { expect = kind }, timeout_of(options, DAY, "ask"),
    answer(self, options, function(message) return expected(expect, message) end))
end

function chat_methods:choose(label, options)
  options = options_of(options, "choose")
  check(type(options.options) == "table" and #options.options > 0, 'chat:choose needs options: { "yes", "no" }', 3)
  local choices = {}
  for i, option in ipairs(options.options) do
    if type(option) == "string" then option = { id = option, text = option } end
    check(type(option) == "table" and option.id and option.text, "chat:choose: an option is a text or { id = …, text = … }", 3)
    choices[i] = { id = tostring(option.id), text = option.text }
  end
  options.options = choices
  local menu = question(self, options, "choose")
  if live(self) then emit(self, "say", menu) end
  return await(self, "choose", label, menu, { options = choices }, timeout_of(options, DAY, "choose"),
    answer(self, options, function(message)
      local given, folded = message.fields or {}, fold(message.text or "")
      for i, option in ipairs(choices) do
        if given.option == option.id or given.option_id == option.id or given.menu_id == option.id or given.id == option.id
          or folded == fold(option.text) or folded == fold(option.id) or folded == tostring(i)
        then
          return option.id
        end
      end
    end))
end

function chat_methods:sleep(label, duration)
  local ms = type(duration) == "string" and to_ms(duration)
  check(ms, 'chat:sleep takes a label and a duration: chat:sleep("pause", "10m")', 3)
  return await(self, "sleep", label, duration, {}, ms, function(input) return input.kind == "timeout", true end)
end

function chat_methods:wait_event(label, options)
  options = options_of(options, "wait_event")
  check(type(options.name) == "string", 'chat:wait_event needs the name of an event: { name = "paid" }', 3)
  return await(self, "event", label, options.name, { name = options.name }, timeout_of(options, DAY, "wait_event"),
    function(input)
      if input.kind == "timeout" then return true, nil, "timeout" end
      return input.kind == "event" and input.name == options.name, input.value
    end)
end

function chat_methods:call(name, arguments, options)
  options = options_of(options, "call")
  check(type(name) == "string", 'chat:call takes the name of a call: chat:call("shop.order", { … })', 3)
  if arguments == nil then arguments = {} end
  return await(self, "call", name, arguments, { name = name, args = arguments }, timeout_of(options, 60000, "call"),
    function(input)
      if input.kind == "called" then return true, input.value end
      if input.kind == "failed" then return true, nil, input.problem end
      if input.kind == "timeout" then return true, nil, "timeout" end
      return false
    end)
end

local function ending(name, how)
  chat_methods[name] = function(self, options)
    check(type(self) == "table" and rawget(self, RUN), "write chat:" .. name .. "{…}, with a colon", 3)
    options = options_of(options, name)
    still_on(self)
    self[RUN].ended = { how = how, csat = options.csat, team = options.team, note = options.note }
    return self[RUN].ended
  end
end
ending("done", "done")
ending("handoff", "hand_off")

local chat_names = { "customer", "conversation", "message", "now", "desk", "channel", "language" }
local chat_fields = {}
for _, name in ipairs(chat_names) do chat_fields[name] = true end
for name in pairs(chat_methods) do chat_names[#chat_names + 1] = name end
local chat_metatable = {
  __index = function(_, name)
    local method = chat_methods[name]
    if method then return method end
    if chat_fields[name] then return nil end
    unknown("chat", tostring(name), chat_names)
  end,
}

function api.stage(stage, run)
  seed, running = run.seed, run
  run.position, run.live, run.intents, run.fresh = 0, run.open == nil, {}, {}
  if run.trip then lay(run.intents, run.trip) end
  run.now = run.started
  local view = guard(run.view)
  local chat = setmetatable({
    [RUN] = run, customer = view.customer, conversation = view.conversation, message = view.message, now = view.now,
    desk = view.desk, channel = view.channel, language = view.language,
  }, chat_metatable)
  local next_stage = stage(chat, run.state)
  if not run.live then diverged(run.open.label, run.open.hash, "return", "", "") end
  local ended = run.ended
  if ended == nil and type(next_stage) ~= "string" then
    error('the stage ended without saying what follows: return "stage_name", chat:done{} or chat:handoff{}', 0)
  end
  return { next = ended == nil and next_stage or nil, ended = ended, intents = run.intents, fresh = run.fresh, state = run.state }
end

-- What there is, for a comparison with the manual.
function api.names()
  local chat, options = {}, {}
  for _, name in ipairs(chat_names) do chat[#chat + 1] = name end
  for method, known in pairs(known_options) do
    local list = {}
    for name in pairs(known) do list[#list + 1] = name end
    options[method] = list
  end
  return { out = out_names, chat = chat, options = options }
end

return api
