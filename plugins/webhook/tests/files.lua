-- SPDX-License-Identifier: Apache-2.0
local DESK = "https://desk.example.com"

test("a system that knows only texts gets a link, or nothing is sent and the reason is told", function(t)
  local channel = t.channel({ secret = "a-secret-of-32-characters-000000", api_base = "https://shop.example.com/luadesk", text_only = true }, "crm")
  local id = t.file("%PDF", "application/pdf", "a.pdf")
  local outcome = t.send({ recipient = "c", kind = "file", fields = { media_id = id, name = "a.pdf" } }, channel)
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
  t.public_url(DESK)
  t.platform { json = {} }
  t.equal(t.send({ recipient = "c", kind = "file", fields = { media_id = id, name = "a.pdf" } }, channel).outcome, "sent")
  t.equal({ t.requests()[1].json.kind, t.requests()[1].json.text }, { "text", "a.pdf\n" .. DESK .. "/media/" .. id })
end)
