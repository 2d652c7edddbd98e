-- SPDX-License-Identifier: Apache-2.0
local DESK = "https://desk.example.com"
local OLD = { interface = "legacy", app_id = "tt01", app_secret = "s", token = "token" }
local GAME = { interface = "minigame", app_id = "ttf9768bf16bd43da3", app_secret = "s", token = "token" }

test("the older push has pictures fetched from the desk's public address", function(t)
  t.public_url(DESK)
  local channel = t.channel(OLD)
  t.receive(t.simulate({ text = "hi", sender = "customer" }, channel)[1], channel)
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  t.platform({ path = "/api/apps/v2/token", json = { err_no = 0, data = { access_token = "T", expires_in = 7200 } } }, { json = { err_no = 0 } })
  t.send({ kind = "image", fields = { media_id = id } }, channel)
  local requests = t.requests()
  t.equal(requests[#requests].json.pic_url, DESK .. "/media/" .. id)
end)

test("a game's answers are words: a file is a link, or fails and says what is missing", function(t)
  local channel = t.channel(GAME)
  t.receive(t.simulate({ text = "hi", sender = "customer" }, channel)[1], channel)
  local id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local outcome = t.send({ kind = "image", fields = { media_id = id } }, channel)
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
  t.public_url(DESK)
  t.platform({ path = "/api/apps/v2/token", json = { err_no = 0, data = { access_token = "T", expires_in = 7200 } } }, { json = { err_no = 0 } })
  t.send({ kind = "image", fields = { media_id = id } }, channel)
  local requests = t.requests()
  t.truthy(requests[#requests].body:find(DESK .. "/media/" .. id, 1, true))
end)
