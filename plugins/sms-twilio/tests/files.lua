-- SPDX-License-Identifier: Apache-2.0
local SID = "AC0123456789abcdef0123456789abcdef"
local DESK = "https://desk.example.com"

local function sender(t)
  local channel = t.channel { account_sid = SID, auth_token = "token", from = "+15005550006", public_url = DESK .. "/hooks/sms" }
  local number = 0
  return function(kind, fields, words)
    number = number + 1
    t.platform { path = "/2010-04-01/Accounts/" .. SID .. "/Messages.json", status = 201, json = { sid = "SM" .. number } }
    local outcome = t.send({ recipient = "+16505551234", id = "m" .. number, kind = kind, text = words, fields = fields }, channel)
    local requests = t.requests()
    return outcome, requests[#requests] and url.parse_query(requests[#requests].body)
  end
end

test("a picture of ours is an MMS by its public address, with its words", function(t)
  t.public_url(DESK)
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local _, form = sender(t)("image", { media_id = id, name = "p.jpg" }, "see")
  t.equal({ form.MediaUrl, form.Body }, { DESK .. "/media/" .. id, "see" })
end)

test("what carriers do not take goes as a link", function(t)
  t.public_url(DESK)
  local send = sender(t)
  local archive = t.file("PK", "application/zip", "a.zip")
  local _, form = send("file", { media_id = archive, name = "a.zip" })
  t.equal({ form.MediaUrl, form.Body }, { nil, "a.zip\n" .. DESK .. "/media/" .. archive })
  local picture = t.file("RIFF....WEBP", "image/webp", "a.webp")
  _, form = send("image", { media_id = picture })
  t.equal(form.Body, DESK .. "/media/" .. picture)
end)

test("without a public address a file fails and says what is missing", function(t)
  local outcome = sender(t)("image", { media_id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg") }, "see")
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
  t.equal(#t.requests(), 0)
end)
