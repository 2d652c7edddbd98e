-- SPDX-License-Identifier: Apache-2.0
--
-- What a test in Lua is given: `t`, whose methods are the steps of a conversation script.

local step, body_of, unknown = __test_step, __test_body, __unknown

local names = __test_names()    -- as the manual has them
local t = {}
for _, name in ipairs(names) do
  t[name] = function(self, ...)
    if self ~= t then error("write t:" .. name .. "(…), with a colon", 2) end
    step(name, ...)
  end
end

setmetatable(t, {
  __index = function(_, name) unknown("t", tostring(name), names) end,
  __newindex = function() error("t is for reading", 2) end,
})

-- A text by its name, for t:bot and t:expect: which of its languages it must be is known when it is looked for.
local named = {
  __concat = function() error("in a test, i18n names a text for t:bot and t:expect; words cannot be joined to it", 2) end,
}
i18n = function(key, names)
  if type(key) ~= "string" then error('i18n needs the key of a text: i18n "hello"', 2) end
  return setmetatable({ ["$i18n"] = key, arguments = names }, named)
end

__test_taker(function(body)
  if type(body) ~= "function" then error('a test is a function: test "…" (function(t) … end)', 2) end
  body_of(function() body(t) end)
end)

-- Properties: `property("name", function(g, t) … end)`. Everything random comes from __draw, so that the host can run a failure
-- again with fewer and smaller draws: 0 is always the simplest.

local draw, drawn, decide = __property_draw, __property_drawn, __property_decide
local words = __property_words

local function pick(list) return list[draw(#list) + 1] end

local makers = {}

function makers.number(_, low, high)
  if math.type(low) ~= "integer" and type(low) ~= "number" or type(high) ~= "number" or low > high then
    error("g:number takes two numbers, the smaller first", 3)
  end
  if math.type(low) == "integer" and math.type(high) == "integer" then return low + draw(high - low + 1) end
  return low + (high - low) * draw(1001) / 1000
end

function makers.choice(_, list)
  if type(list) ~= "table" or #list == 0 then error("g:choice takes a list", 3) end
  return pick(list)
end

function makers.flag() return draw(2) == 1 end
function makers.channel() return pick(words().channels) end
function makers.team() return pick(words().teams) end
function makers.tag() return pick(words().tags) end
function makers.language() return pick(words().languages) end
function makers.intent() return pick(words().intents) end

-- No word, one, or a few: words of the rules, and what customers write.
function makers.text()
  local parts = {}
  for i = 1, draw(4) do parts[i] = pick(words().texts) end
  return table.concat(parts, draw(2) == 0 and " " or "")
end

-- A situation as `given` of an example has it; nothing of it must be there.
function makers.event(_, fixed)
  local known, event = words(), {}
  local function maybe(name, value) if draw(2) == 1 then event[name] = value() end end
  if draw(8) == 1 then event.event = pick(known.events) else event.text = makers.text() end
  maybe("channel", makers.channel)
  maybe("language", makers.language)
  maybe("state", function() return pick(known.states) end)
  maybe("tags", function()
    local tags = {}
    for i = 1, draw(3) do tags[i] = makers.tag() end
    return tags
  end)
  maybe("team", makers.team)
  maybe("mood", function() return draw(21) / 10 - 1 end)
  maybe("at", function() return string.format("%02d:%02d", draw(24), draw(60)) end)
  if #known.intents > 0 and draw(4) == 1 then
    event.intent, event.confidence = makers.intent(), draw(101) / 100
  end
  for _, attribute in ipairs(known.attributes) do
    maybe(attribute.name, function() return pick(attribute.values) end)
  end
  for name, value in pairs(fixed or {}) do event[name] = value end
  -- A message is no sign, and a sign no message, where the test says which.
  if fixed and fixed.event == nil and (fixed.text ~= nil or fixed.kind ~= nil) then event.event = nil end
  if fixed and fixed.event ~= nil and fixed.text == nil then event.text = nil end
  return event
end

local g = {}
local generator_names = {}
for name, make in pairs(makers) do
  generator_names[#generator_names + 1] = name
  g[name] = function(self, ...)
    if self ~= g then error("write g:" .. name .. "(…), with a colon", 2) end
    local value = make(self, ...)
    drawn(name, value)
    return value
  end
end
setmetatable(g, {
  __index = function(_, name) unknown("g", tostring(name), generator_names) end,
  __newindex = function() error("g is for reading", 2) end,
})

-- What the rules make of a situation, without a conversation around it.
rawset(t, "decide", function(self, event, occasion)
  if self ~= t then error("write t:decide(…), with a colon", 2) end
  if type(event) ~= "table" then error("t:decide takes a situation, such as g:event()", 2) end
  return decide(event, occasion)
end)
names[#names + 1] = "decide"

__property_runner(function(body) body(g, t) end)
