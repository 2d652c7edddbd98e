-- SPDX-License-Identifier: Apache-2.0
local SEND, ON_EVENT = "/cgi-bin/kf/send_msg", "/cgi-bin/kf/send_msg_on_event"
local GET, TRANS = "/cgi-bin/kf/service_state/get", "/cgi-bin/kf/service_state/trans"
local OK = { path = SEND, json = { errcode = 0, errmsg = "ok", msgid = "x" } }

local function opened(t, extra)
  local settings = {
    corp_id = "wwed39bedcb4628d5c", corp_secret = "secret", token = "token", open_kfid = "wkA",
    encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  }
  for name, value in pairs(extra or {}) do settings[name] = value end
  t.platform({ path = "/cgi-bin/gettoken", json = { errcode = 0, access_token = "T1", expires_in = 7200 } })
  return t.channel(settings)
end

local function last(t)
  local requests = t.requests()
  return requests[#requests].json, requests[#requests].path
end

local function code(path, number) return { path = path, json = { errcode = number, errmsg = "e" } } end

test("a text goes out under our own id, by the account that the customer wrote to", function(t)
  local channel = opened(t)
  store.set("account:wm1", "wkZ")
  t.platform(OK)
  t.equal(t.send({ recipient = "wm1", text = "您好" }, channel), { outcome = "sent", external_id = "m0000000000001" })
  t.equal(last(t), { touser = "wm1", open_kfid = "wkZ", msgid = "m0000000000001", msgtype = "text", text = { content = "您好" } })
end)

test("every kind goes out as WeCom names it", function(t)
  local channel = opened(t)
  local function body(message)
    t.platform(OK)
    t.equal(t.send(message, channel).outcome, "sent")
    return (last(t))
  end
  for _, kind in ipairs { "image", "voice", "video", "file" } do
    t.equal(body({ kind = kind, fields = { media_id = "M" } })[kind].media_id, "M")
  end
  t.equal(body({ kind = "location", fields = { latitude = 1.5, longitude = 2.5, label = "Shop" } }).location.latitude, 1.5)
  t.equal(body({ kind = "card", fields = { title = "A", url = "https://a.example", thumb_media_id = "M" } }).link.url, "https://a.example")
  t.equal(body({ kind = "card", fields = { title = "A", url = "https://a.example" } }).text.content, "A\nhttps://a.example")
  t.equal(body({ kind = "card", fields = { type = "mini_program", title = "A", app_id = "wx", page_path = "p", thumb_media_id = "M" } }).miniprogram.pagepath, "p")
  t.equal(body({ kind = "card", fields = { type = "business_card", user_id = "u" } }).business_card.userid, "u")
  t.equal(body({ kind = "menu", text = "?", fields = { options = { { id = "1", text = "A" }, { text = "B", url = "https://b.example" } } } }).msgmenu.list,
    { { type = "click", click = { id = "1", content = "A" } }, { type = "view", view = { url = "https://b.example", content = "B" } } })
  local many = {}
  for index = 1, 11 do many[index] = { id = tostring(index), text = "o" .. index } end
  t.truthy(body({ kind = "menu", text = "?", fields = { options = many } }).text.content:find("11. o11", 1, true))
end)

test("a long text goes in parts, and a second try goes on where the first stopped", function(t)
  local channel = opened(t)
  t.platform(OK, code(SEND, 45009))
  local long = ("警"):rep(1000)
  t.equal(t.send({ text = long }, channel).outcome, "retry")
  t.platform(OK)
  t.equal(t.send({ text = long, attempt = 2 }, channel),
    { outcome = "sent", external_id = "m0000000000001", external_ids = { "m0000000000001", "m0000000000001_2" } })
  local body = last(t)
  t.equal({ body.msgid, #body.text.content }, { "m0000000000001_2", 3000 - 2046 })
  t.equal(#t.requests(), 4)
end)

test("a welcome goes under its code, once; afterwards the usual way", function(t)
  local channel = opened(t, { simulated = true })
  t.receive(t.simulate({ kind = "enter", sender = "wm1" }, channel)[1], channel)
  t.platform({ path = ON_EVENT, json = { errcode = 0, errmsg = "ok", msgid = "x" } }, OK)
  t.equal(t.send({ recipient = "wm1", text = "欢迎" }, channel).outcome, "sent")
  t.equal(last(t), { code = "SIMULATED_CODE", msgid = "m0000000000001", msgtype = "text", text = { content = "欢迎" } })
  t.equal(t.send({ recipient = "wm1", text = "b", id = "m2" }, channel).outcome, "sent")
  local _, path = last(t)
  t.equal(path, SEND)
end)

test("who has written already, or came 20 s ago, is answered the usual way", function(t)
  local channel = opened(t, { simulated = true })
  t.receive(t.simulate({ kind = "enter", sender = "wm1" }, channel)[1], channel)
  t.receive(t.simulate({ text = "hi", sender = "wm1" }, channel)[1], channel)
  t.receive(t.simulate({ kind = "enter", sender = "wm2" }, channel)[1], channel)
  t.advance(21)
  t.platform(OK, OK)
  for _, customer in ipairs { "wm1", "wm2" } do
    t.equal(t.send({ recipient = customer, text = "x" }, channel).outcome, "sent")
    local _, path = last(t)
    t.equal(path, SEND)
  end
end)

test("a new session is taken over; one with WeCom's agents is theirs", function(t)
  local channel = opened(t)
  t.platform(code(SEND, 95018), { path = GET, json = { errcode = 0, service_state = 0 } }, code(TRANS, 0), OK)
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  t.equal(t.requests()[4].json, { open_kfid = "wkA", external_userid = "customer", service_state = 1 })
  for _, state in ipairs { 2, 3, 4 } do
    t.platform(code(SEND, 95018), { path = GET, json = { errcode = 0, service_state = state } })
    t.equal(t.send({ text = "x" }, channel).outcome, "failed", "state " .. state)
  end
end)

test("errors have their outcomes", function(t)
  local channel = opened(t)
  for number, outcome in pairs {
    [95001] = "held", [95002] = "failed", [95013] = "failed", [95031] = "failed", [95000] = "misconfigured", [95011] = "misconfigured",
    [45033] = "retry", [95008] = "failed", [95030] = "failed", [48002] = "misconfigured",
  } do
    t.platform(code(SEND, number))
    t.equal(t.send({ text = "x" }, channel).outcome, outcome, "errcode " .. number)
  end
end)

test("a lost answer is repeated once under the same id", function(t)
  local channel = opened(t)
  t.platform({ path = SEND, lost = true }, { path = SEND, lost = true })
  t.equal(t.send({ text = "x" }, channel).outcome, "retry")
  t.equal(t.send({ text = "x", attempt = 2 }, channel).outcome, "failed")
  t.equal(t.requests()[2].json.msgid, t.requests()[3].json.msgid)
end)

test("flows move sessions and may say something with it", function(t)
  local channel = opened(t)
  t.platform({ path = TRANS, json = { errcode = 0, errmsg = "ok", msg_code = "MC" } }, code(ON_EVENT, 0), { path = GET, json = { errcode = 0, service_state = 2, servicer_userid = "" } })
  t.equal(t.call("calls.session", { customer = "wm1", state = "pool", text = "请稍候" }, channel), { ok = true, said = true })
  t.equal(t.requests()[3].json, { code = "MC", msgtype = "text", text = { content = "请稍候" } })
  t.equal(t.call("calls.session", { customer = "wm1" }, channel), { ok = true, state = "pool" })
  t.equal(t.call("calls.session", { customer = "wm1", state = "agent" }, channel).ok, false)
end)

test("a token called invalid is fetched anew; files come by media id only", function(t)
  local channel = opened(t)
  t.platform(code(SEND, 42001), { path = "/cgi-bin/gettoken", json = { errcode = 0, access_token = "T2", expires_in = 7200 } }, OK)
  t.equal(t.send({ text = "x" }, channel).outcome, "sent")
  t.equal(t.requests()[4].query.access_token, "T2")
  t.platform({ path = "/cgi-bin/media/get", body = "\xff\xd8\xff1", headers = { ["content-type"] = "image/jpeg" } })
  t.equal(t.call("media", { kind = "image", fields = { media_id = "M" } }, channel).content_type, "image/jpeg")
  t.equal(t.call("media", { kind = "card", fields = { url = "https://evil.example/a" } }, channel), nil)
end)

test("what WeCom does not take as its kind goes as a file, and what it does not take at all as a link", function(t)
  t.public_url("https://desk.example.com")
  local channel = opened(t)
  local mp3 = t.file("ID3......", "audio/mpeg", "v.mp3")
  t.platform({ path = "/cgi-bin/media/upload", json = { errcode = 0, media_id = "UP1" } }, OK)
  t.equal(t.send({ kind = "voice", fields = { media_id = mp3 } }, channel).outcome, "sent")
  t.equal(last(t).file, { media_id = "UP1" })
  local tiny = t.file("x", "text/plain", "x.txt")
  t.platform(OK)
  t.equal(t.send({ id = "m2", kind = "file", fields = { media_id = tiny } }, channel).outcome, "sent")
  t.equal(last(t).text.content, "https://desk.example.com/media/" .. tiny)
end)

test("a menu or link beyond WeCom's lengths is said in words, whole", function(t)
  local channel = opened(t)
  local long, address = ("尾"):rep(400), "https://a.example/" .. ("x"):rep(2100)
  t.platform(OK, OK)
  t.equal(t.send({ kind = "menu", text = "?", fields = { options = { { id = "1", text = "A" } }, tail = long } }, channel).outcome, "sent")
  t.equal(last(t).text.content, "?\n1. A\n" .. long)
  t.platform(OK, OK)
  t.equal(t.send({ id = "m2", kind = "card", fields = { title = "A", url = address, thumb_media_id = "M" } }, channel).outcome, "sent")
  t.equal(last(t).msgtype, "text")
end)

test("what is said beside a place goes after it", function(t)
  local channel = opened(t)
  t.platform(OK, OK)
  local fields = { latitude = 1, longitude = 2, label = "Gate 4", address = "Quay 9" }
  t.equal(t.send({ recipient = "wm1", kind = "location", text = "meet here", fields = fields }, channel).outcome, "sent")
  t.equal(last(t).text.content, "meet here")
end)
