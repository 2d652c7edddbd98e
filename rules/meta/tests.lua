---@meta
-- SPDX-License-Identifier: Apache-2.0
-- What tests of rules can use, for editors (LuaCATS). Never loaded by the server.
-- Made by `luadesk rules meta`; changes here are lost.

---@class Expected
---@field state? string The conversation's state.
---@field team? string The team.
---@field sla? string The promise.
---@field note? string|string[] There is a note with this in it.
---@field language? string The customer's language, if it is known.
---@field priority? integer The priority.
---@field notified? string|string[] Somebody was told something with this in it.
---@field ticket? string|string[] A ticket was opened with this in its subject.
---@field tags? string|string[] These tags are there.
---@field no_tags? string|string[] These are not.
---@field matched? string|string[] These rules matched the last message.
---@field not_matched? string|string[] These did not.
---@field attributes? table<string, any> What is remembered for the conversation.
---@field customer? table<string, any> What is known about the customer.
---@field flow? string The dialogue that runs.
---@field waits_for? string The name of the wait that is open.
---@field ended? string How the last dialogue ended: `done`, `hand_off` or `failed`.
---@field silent? true The bot has said nothing that was not looked for.

---@class Test
local Test = {}

---What is known before anything happens; see *Examples in rules*.
---@param given Given
function Test:given(given) end

---The customer writes; in a script also `[event enter]` and `[image]`.
---@param message string|Content
function Test:customer(message) end

---The next thing the bot says has this in it: words; `*` for anything; or a text by name, see *Texts by name*.
---@param text string|table
function Test:bot(text) end

---A person answers.
---@param text string
function Test:agent(text) end

---Turns the clock; what becomes due happens.
---@param duration Duration
function Test:wait(duration) end

---Turns the clock to a time: `23:30`, `2026-11-21 10:30`.
---@param time string
function Test:at(time) end

---What a plugin shall answer from now on.
---@param name string
---@param answer any
function Test:call(name, answer) end

---That the plugin shall fail.
---@param name string
---@param reason string
function Test:fail(name, reason) end

---What a flow waits for with `chat:wait_event` happens.
---@param name string
---@param fields? table
function Test:event(name, fields) end

---How things stand; see *What tests expect*.
---@param expected Expected
function Test:expect(expected) end

---A newer rule set goes live that differs in nothing.
function Test:reload() end

---The server ends and starts again.
function Test:restart() end

---The conversation is closed.
function Test:resolve() end

---Declares a test, in a file of `tests/`.
---@param name string
---@return fun(body: fun(t: Test))
function test(name) end
