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

__test_taker(function(body)
  if type(body) ~= "function" then error('a test is a function: test "…" (function(t) … end)', 2) end
  body_of(function() body(t) end)
end)
