-- SPDX-License-Identifier: Apache-2.0
local DESK, TO = "https://desk.example.com", "3178678446"

local function sender(t)
  local channel = t.channel { app_secret = "s", account = "8458558095", access_token = "T" }
  t.receive(t.simulate({ text = "hi", sender = TO }, channel)[1], channel)
  local number = 0
  return function(kind, fields, words)
    number = number + 1
    t.platform { path = "/2/messages/reply.json", json = { result = true } }
    local outcome = t.send({ recipient = TO, id = "m" .. number, kind = kind, text = words, fields = fields }, channel)
    local requests = t.requests()
    if not requests[number] then return outcome end
    local form = url.parse_query(requests[number].body)
    return outcome, form.type, json.decode(form.data)
  end
end

test("a picture is an article that shows and opens it, fetched from the desk's public address", function(t)
  t.public_url(DESK)
  local send = sender(t)
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local address = DESK .. "/media/" .. id
  local _, kind, data = send("image", { media_id = id, name = "p.jpg" }, "新款")
  t.equal({ kind, data.articles }, { "articles", { { display_name = "新款", summary = "", image = address, url = address } } })
  _, kind, data = send("card", { title = "退货", url = "https://a.example", thumb_media_id = id })
  t.equal({ kind, data.articles[1].image }, { "articles", address })
end)

test("other files go as a link", function(t)
  t.public_url(DESK)
  local id = t.file("%PDF", "application/pdf", "a.pdf")
  local _, kind, data = sender(t)("file", { media_id = id, name = "a.pdf" })
  t.equal({ kind, data.text }, { "text", "a.pdf\n" .. DESK .. "/media/" .. id })
end)

test("without a public address a file fails and says what is missing", function(t)
  local outcome = sender(t)("image", { media_id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg") })
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
end)
