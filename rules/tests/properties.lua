-- SPDX-License-Identifier: Apache-2.0
-- What holds for everything that can come in: each is tried with a hundred random situations (rules/README.md, Tests).

property("whoever wants a person is not given back to the bot", function(g, t)
  assert(not t:decide(g:event(), "handoff").bot, "the bot has it")
end)

property("the bot is silent while a person has the conversation", function(g, t)
  local found = t:decide(g:event { state = g:choice { "assigned", "pending" } }, "message")
  assert(not found.reply, "it says something")
end)
