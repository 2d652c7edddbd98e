-- SPDX-License-Identifier: Apache-2.0
-- Mini games, the older pushes, and login.
local GAME = { interface = "minigame", app_id = "ttf9768bf16bd43da3", app_secret = "s", token = "token" }
local OLD = { interface = "legacy", app_id = "tt01", app_secret = "s", token = "token" }
local THIRD = {
  interface = "third_party", app_id = "tt02", app_secret = "s", token = "token", encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
local REPLY = "/mgplatform/api/apps/reply/reply_user_text"

local function program_token(value) return { path = "/api/apps/v2/token", json = { err_no = 0, data = { access_token = value, expires_in = 7200 } } } end
local function take(t, channel, occasion) return t.receive(t.simulate(occasion, channel)[1], channel) end

test("a game's push endures repetition and refuses all damage", function(t)
  t.endures(t.fixture("game-text.http"), t.channel(GAME), { signed = true })
  local message = t.receive(t.fixture("game-text.http"), t.channel(GAME)).messages[1]
  t.equal({ message.text, message.external_id, message.fields.action }, { "怎么领礼包", "9672585502221803172", "gift" })
end)

test("a game's pictures, videos and scores; other message types are acknowledged", function(t)
  local channel = t.channel(GAME)
  t.equal(take(t, channel, { kind = "image", url = "https://p3.douyinpic.com/a" }).messages[1].fields.url, "https://p3.douyinpic.com/a")
  t.equal(take(t, channel, { kind = "event" }).messages[1].fields.name, "score")
  t.equal(take(t, channel, { kind = "smoke" }).messages[1].kind, "unsupported")
  local check = take(t, channel, { check = true })
  t.equal({ check.status, check.body, #check.messages }, { 200, "", 0 })
end)

test("an old or foreign push of a game is refused", function(t)
  local channel = t.channel({ interface = "minigame", app_id = "ttf9768bf16bd43da3", app_secret = "s", token = "token", max_age = 300 })
  local push = t.simulate({ text = "x" }, channel)[1]
  t.equal(t.receive(push, channel).status, 200)
  t.advance(301)
  t.equal(t.receive(push, channel).reason, "stale_timestamp")
  local other = t.channel({ interface = "minigame", app_id = "tt_other", app_secret = "s", token = "token" })
  t.equal(t.receive(t.simulate({ text = "x" }, other)[1], channel).reason, "account_mismatch")
end)

test("an answer to a player names the conversation and message with all their digits", function(t)
  local channel = t.channel(GAME)
  t.receive(t.fixture("game-text.http"), channel)
  t.platform(program_token("T1"), { path = REPLY, json = { err_no = 0 } }, { path = REPLY, json = { err_no = 40002 } }, program_token("T2"),
    { path = REPLY, json = { err_no = 0 } }, { path = REPLY, json = { err_no = 5 } })
  local recipient = "_000hwUsJ8gvYJjzjra2qc9NK7jNp7kxXd7Y"
  t.equal(t.send({ recipient = recipient, text = '他说"好"' }, channel).outcome, "sent")
  local body = t.requests()[2].body
  t.truthy(body:find('"conversation_id":8063006030805453253', 1, true) and body:find('"msg_id":9672585502221803172', 1, true))
  t.equal(t.requests()[2].json.content, '他说"好"')
  t.equal(t.send({ recipient = recipient, kind = "card", fields = { title = "礼包" } }, channel).outcome, "sent")
  t.equal(t.send({ recipient = recipient, text = "x" }, channel).outcome, "failed")
  t.equal(t.send({ recipient = "nobody", text = "x" }, channel).outcome, "held")
end)

test("the older push: the check is echoed, a signature serves one body", function(t)
  local channel = t.channel(OLD)
  t.equal(take(t, channel, { check = true }).body, "e-1")
  local push = t.simulate({ text = "hi" }, channel)[1]
  t.equal(t.receive(push, channel).messages[1].text, "hi")
  push.body = push.body:gsub("hi", "ho")
  t.equal(t.receive(push, channel).reason, "replay")
  t.equal(take(t, channel, { kind = "event", event = "opened" }).messages[1].fields.raw, "opened")
  t.platform(program_token("T1"), { path = "/api/apps/message/custom/send", json = { errcode = 0 } })
  t.equal(t.send({ recipient = "o_simulated", text = "x" }, channel).outcome, "sent")
  t.equal(t.requests()[2].json, { open_id = "o_simulated", msg_type = "text", content = "x" })
end)

test("a third party's push endures repetition and refuses all damage; its ticket is kept", function(t)
  local channel = t.channel(THIRD)
  t.endures(t.simulate({ text = "hi" }, channel)[1], channel, { signed = true })
  t.equal(#take(t, channel, { check = true }).messages, 0)
  t.equal(store.get("ticket"), "simulated")
end)

test("a code becomes an openid, an anonymous code a guest", function(t)
  local channel = t.channel({ client_key = "k", client_secret = "s", app_id = "tt01", app_secret = "secret" })
  local path = "/api/apps/v2/jscode2session"
  t.platform({ path = path, json = { err_no = 0, data = { openid = "O1", unionid = "U1", session_key = "K" } } },
    { path = path, json = { err_no = 0, data = { openid = "", anonymous_openid = "A1", session_key = "K" } } },
    { path = path, json = { err_no = 0, data = {} } }, { path = path, json = { err_no = 40018, err_tips = "bad code" } },
    { path = path, json = { err_no = 40017 } })
  t.equal(t.call("login", { code = "C" }, channel), { external_id = "O1", union_id = "U1" })
  t.equal(store.get("session:O1"), "K")
  t.equal(t.call("login", { anonymous_code = "A" }, channel), { external_id = "anonymous:A1" })
  for _, expected in ipairs { "network", "bad_code", "misconfigured" } do
    local out, _, code = t.call("login", { code = "C" }, channel)
    t.equal({ out, code }, { nil, expected })
  end
end)

test("a mini game logs in at its own host", function(t)
  local channel = t.channel(GAME)
  t.platform({ path = "/mgplatform/api/apps/jscode2session", json = { error = 0, openid = "O1", session_key = "K" } })
  t.equal(t.call("login", { code = "C" }, channel), { external_id = "O1" })
end)

test("login without app_secret is a matter of configuration", function(t)
  local _, _, code = t.call("login", { code = "C" }, t.channel({ client_key = "k", client_secret = "s" }))
  t.equal(code, "misconfigured")
end)
