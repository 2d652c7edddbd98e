-- SPDX-License-Identifier: Apache-2.0
local DESK = "https://desk.example.com"

local function sender(t)
  local channel = t.channel { app_id = "32564758", app_key = "K", app_secret = "S", token = "token" }
  t.receive(t.simulate({ text = "hi", sender = "customer" }, channel)[1], channel)
  t.platform { path = "/oauth/2.0/token", json = { access_token = "T1", expires_in = 2592000 } }
  return function(kind, fields, words)
    local answer = { path = "/rest/2.0/smartapp/message/custom/send", json = { errno = 0, msg = "m" } }
    t.platform(answer, answer)
    local outcome = t.send({ kind = kind, text = words, fields = fields }, channel)
    local requests = t.requests()
    return outcome, requests[2] and url.parse_query(requests[#requests].body)
  end
end

test("a picture is fetched from the desk's public address; another file goes as a link", function(t)
  t.public_url(DESK)
  local send = sender(t)
  local picture = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local _, form = send("image", { media_id = picture, name = "p.jpg" })
  t.equal({ form.msg_type, form.pic_url }, { "image", DESK .. "/media/" .. picture })
  local paper = t.file("%PDF", "application/pdf", "a.pdf")
  _, form = send("file", { media_id = paper, name = "a.pdf" })
  t.equal({ form.msg_type, form.content }, { "text", "a.pdf\n" .. DESK .. "/media/" .. paper })
end)

test("without a public address a file fails and says what is missing", function(t)
  local outcome = sender(t)("image", { media_id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg") })
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
end)
