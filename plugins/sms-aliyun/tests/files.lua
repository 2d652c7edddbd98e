-- SPDX-License-Identifier: Apache-2.0
test("a template has no room for a file: nothing is sent, and the reason is told", function(t)
  t.public_url("https://desk.example.com")
  local channel = t.channel { access_key_id = "LTAI", access_key_secret = "secret", sign_name = "店", template_code = "SMS_1", callback_token = "0123456789abcdef0123" }
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local outcome = t.send({ recipient = "+8613800138000", kind = "image", text = "见图", fields = { media_id = id } }, channel)
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("words only", 1, true))
  t.equal(#t.requests(), 0)
end)
