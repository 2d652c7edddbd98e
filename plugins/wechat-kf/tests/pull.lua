-- SPDX-License-Identifier: Apache-2.0
local SETTINGS = {
  corp_id = "wwed39bedcb4628d5c", corp_secret = "secret", token = "token",
  encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
local SYNC = "/cgi-bin/kf/sync_msg"
local TOKEN = { path = "/cgi-bin/gettoken", json = { errcode = 0, errmsg = "ok", access_token = "T1", expires_in = 7200 } }

local function page(cursor, more, ...)
  return { path = SYNC, json = { errcode = 0, errmsg = "ok", next_cursor = cursor, has_more = more and 1 or 0, msg_list = array { ... } } }
end

local function item(id, kind, object)
  return { msgid = id, send_time = 1767225600, origin = 3, open_kfid = "wkA", external_userid = "wm1", msgtype = kind, [kind] = object }
end

local function event(id, object)
  object.open_kfid, object.external_userid = "wkA", object.external_userid or "wm1"
  return { msgid = id, send_time = time.now(), origin = 4, msgtype = "event", event = object }
end

local function bell(t, channel) return t.simulate({ bell = true, account = "wkA" }, channel)[1] end

local function pulled(t, ...)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN, page("C1", false, ...))
  return t.receive(bell(t, channel), channel), channel
end

test("the console's check is answered with what was encrypted", function(t)
  local channel = t.channel(SETTINGS)
  local request = t.simulate({ check = true }, channel)[1]
  t.equal(t.receive(request, channel).body, "1616140317555161061")
  request.query = request.query:gsub("msg_signature=%x", "msg_signature=z")
  t.truthy(t.receive(request, channel).status >= 400)
end)

test("a bell pulls all pages with its token; the cursor is left to the host", function(t)
  local channel = t.channel(SETTINGS)
  store.set("cursor:wkA", "C0")
  t.platform(TOKEN, page("C1", true, item("m1", "text", { content = "hello" })), page("C2", true), page("C3", false, item("m2", "text", { content = "again" })))
  local answer = t.receive(bell(t, channel), channel)
  t.equal(answer.status, 200)
  t.equal(#answer.messages, 2)
  t.equal(answer.remember, { ["cursor:wkA"] = "C3" })
  t.equal(store.get("account:wm1"), "wkA")
  t.equal(store.get("cursor:wkA"), "C0")
  local requests = t.requests()
  t.equal(requests[1].query, { corpid = "wwed39bedcb4628d5c", corpsecret = "secret" })
  t.equal({ requests[2].json.cursor, requests[2].json.token, requests[2].json.open_kfid }, { "C0", "SIMULATED_TOKEN", "wkA" })
  t.equal({ requests[3].json.cursor, requests[4].json.cursor }, { "C1", "C2" })
end)

test("pulled again, the same messages have the same ids, and those of another account others", function(t)
  local first, channel = pulled(t, item("m1", "text", { content = "hello" }))
  t.platform(page("C1", false, item("m1", "text", { content = "hello" })))
  t.equal(t.receive(bell(t, channel), channel).messages[1].external_id, first.messages[1].external_id)
  t.equal(first.messages[1].external_id, "wkA:m1")
  local other = item("m1", "text", { content = "hello" })
  other.open_kfid = "wkB"
  t.platform(page("C1", false, other))
  t.equal(t.receive(bell(t, channel), channel).messages[1].external_id, "wkB:m1")
end)

test("a page that fails after others keeps those and rings again; the first one takes nothing", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN, page("C1", true, item("m1", "text", { content = "a" })), { path = SYNC, status = 502, body = "<html>" })
  local answer = t.receive(bell(t, channel), channel)
  t.equal({ answer.status, #answer.messages, answer.remember["cursor:wkA"] }, { 300, 1, "C1" })
  t.platform({ path = SYNC, lost = true })
  local none = t.receive(bell(t, channel), channel)
  t.equal({ none.status, #none.messages, none.remember }, { 503, 0 })
end)

test("a backlog larger than one answer is taken in part, and the bell rings again", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN)
  for number = 1, 4 do
    local items = {}
    for index = 1, 200 do items[index] = item("m" .. number .. "x" .. index, "text", { content = "a" }) end
    t.platform(page("C" .. number, true, table.unpack(items)))
  end
  local answer = t.receive(bell(t, channel), channel)
  t.equal({ answer.status, #answer.messages, answer.remember["cursor:wkA"] }, { 300, 800, "C4" })
end)

test("a sync token called illegal is left out", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN, { path = SYNC, json = { errcode = 95007, errmsg = "invalid msg token" } }, page("C1", false, item("m1", "text", { content = "a" })))
  t.equal(#t.receive(bell(t, channel), channel).messages, 1)
  t.equal(t.requests()[3].json.token, nil)
end)

test("customers' messages of every kind", function(t)
  local answer = pulled(t,
    item("1", "text", { content = "hi", menu_id = "101" }), item("2", "image", { media_id = "M" }), item("3", "voice", { media_id = "M" }),
    item("4", "video", { media_id = "M" }), item("5", "file", { media_id = "M" }),
    item("6", "location", { latitude = 31.2, longitude = 121.4, name = "Shop", address = "Road 1" }),
    item("7", "link", { title = "T", desc = "D", url = "https://a.example", pic_url = "p" }),
    item("8", "business_card", { userid = "u" }), item("9", "miniprogram", { title = "T", appid = "wx", pagepath = "p", thumb_media_id = "M" }),
    item("10", "msgmenu", { head_content = "H", list = { { type = "click", click = { id = "1", content = "A" } } }, tail_content = "T" }),
    item("11", "channels_shop_product", { title = "Bag", product_id = "7" }),
    item("12", "channels_shop_order", { order_id = "O1", product_titles = "Bag" }), item("13", "channels", { title = "V", sub_type = 1 }),
    item("14", "merged_msg", { title = "Record", item = { { msgtype = "text", sender_name = "a", send_time = 1, msg_content = "{}" } } }),
    item("15", "hologram", { x = 1 }))
  local kinds = {}
  for index, message in ipairs(answer.messages) do kinds[index] = message.kind end
  t.equal(kinds, { "text", "image", "voice", "video", "file", "location", "card", "card", "card", "menu", "card", "card", "card", "card", "unsupported" })
  local first = answer.messages[1]
  t.equal({ first.sender, first.sent_at, first.fields.menu_id }, { "wm1", 1767225600, "101" })
  t.equal(first.reply_quota, { messages = 5, window = "48h" })
  t.equal(answer.messages[6].fields.latitude, 31.2)
  t.equal(answer.messages[12].fields.order_id, "O1")
end)

test("events of every kind; failures are receipts under the part's id", function(t)
  local answer = pulled(t,
    event("1", { event_type = "enter_session", scene = "s", welcome_code = "W" }),
    event("2", { event_type = "msg_send_fail", fail_msgid = "m0000000000001_2", fail_type = 4 }),
    event("3", { event_type = "session_status_change", change_type = 1, new_servicer_userid = "z", msg_code = "MC" }),
    event("4", { event_type = "user_recall_msg", recall_msgid = "m9" }), event("5", { event_type = "servicer_recall_msg", recall_msgid = "m8" }),
    event("6", { event_type = "reject_customer_msg_switch_change", servicer_userid = "z", reject_switch = 1 }),
    event("7", { event_type = "servicer_status_change", servicer_userid = "z", status = 1, external_userid = "" }),
    event("8", { event_type = "something_new" }))
  local names = {}
  for index, message in ipairs(answer.messages) do names[index] = message.fields.name end
  t.equal(names, { "enter", "session_changed", "recalled", "platform_agent_recalled", "customer_refusal_changed", "something_new" })
  t.equal(answer.messages[1].reply_quota, { messages = 1, window = "20s" })
  t.equal(answer.messages[3].fields.recalled_external_id, "wkA:m9")
  t.equal(answer.receipts, { { external_id = "m0000000000001_2", delivery = "failed", reason = "msg_send_fail 4: the 48 hours are over" } })
end)

test("what an agent says in WeCom's own app is an event, not a question", function(t)
  local theirs = item("1", "text", { content = "人工回复" })
  theirs.origin, theirs.servicer_userid = 5, "zhangsan"
  local message = pulled(t, theirs).messages[1]
  t.equal({ message.kind, message.text, message.fields.name, message.fields.servicer_userid, message.reply_quota },
    { "event", "人工回复", "platform_agent_message", "zhangsan" })
end)

test("other accounts and other events are acknowledged and not pulled", function(t)
  local settings = { open_kfid = "wkB, wkC" }
  for name, value in pairs(SETTINGS) do settings[name] = value end
  local channel = t.channel(settings)
  t.equal(t.receive(bell(t, channel), channel).status, 200)
  t.equal(#t.requests(), 0)
end)

test("a damaged bell is refused before anything is asked", function(t)
  local settings = { simulated = true }
  for name, value in pairs(SETTINGS) do settings[name] = value end
  local channel = t.channel(settings)
  local request = t.simulate({ text = "hi", copies = 2 }, channel)
  t.equal(t.receive(request[1], channel).messages[1].text, "hi")
  t.endures(request[1], channel, { signed = true })
  t.equal(t.receive(request[2], channel).messages[1].external_id, t.receive(request[1], channel).messages[1].external_id)
  t.equal(#t.requests(), 0)
end)

test("a page inside a bell means nothing without the setting", function(t)
  local channel = t.channel(SETTINGS)
  t.platform(TOKEN, page("C1", false))
  t.equal(#t.receive(t.simulate({ text = "forged" }, channel)[1], channel).messages, 0)
end)

local LIST = "/cgi-bin/kf/account/list"
local function listed(...)
  local list = array {}
  for _, id in ipairs { ... } do list[#list + 1] = { open_kfid = id, name = id } end
  return { path = LIST, json = { errcode = 0, errmsg = "ok", account_list = list } }
end

local function settings(more)
  local all = {}
  for name, value in pairs(SETTINGS) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

test("without a bell every account that WeCom lists is pulled from its cursor, under the last bell's token while that is good", function(t)
  local channel = t.channel(SETTINGS)
  store.set("cursor:wkA", "C0")
  store.set("bell:wkA", "BELL", 570)
  local other = item("m2", "text", { content = "b" })
  other.open_kfid = "wkB"
  t.platform(TOKEN, listed("wkA", "wkB"), page("C1", false, item("m1", "text", { content = "a" })), page("D1", false, other))
  local answer = t.poll(channel)
  t.equal({ answer.messages[1].external_id, answer.messages[2].external_id }, { "wkA:m1", "wkB:m2" })
  t.equal(answer.remember, { ["cursor:wkA"] = "C1", ["cursor:wkB"] = "D1" })
  t.equal(answer.again, 60)
  local requests = t.requests()
  t.equal({ requests[3].json.cursor, requests[3].json.token, requests[4].json.cursor, requests[4].json.token }, { "C0", "BELL" })
  t.advance(571)
  t.platform(page("C1", false), page("D1", false))
  t.equal(#t.poll(channel).messages, 0)
  t.equal(t.requests()[5].json.token, nil)
end)

test("a bell leaves its token for ten minutes", function(t)
  local _, channel = pulled(t)
  t.equal(store.get("bell:wkA"), "SIMULATED_TOKEN")
  t.platform(listed("wkA"), page("C1", false))
  t.equal(t.poll(channel).again, 60)
  local requests = t.requests()
  t.equal(requests[#requests].json.token, "SIMULATED_TOKEN")
end)

test("an account that cannot be pulled does not keep the others; where none can, the reason is told", function(t)
  local channel = t.channel(settings { open_kfid = "wkA, wkB", poll = 20 })
  t.platform(TOKEN, { path = SYNC, json = { errcode = 95011, errmsg = "not authorised" } }, page("D1", false, item("m2", "text", { content = "b" })))
  local answer = t.poll(channel)
  t.equal({ #answer.messages, answer.again, answer.remember["cursor:wkA"], answer.remember["cursor:wkB"] }, { 1, 20, nil, "D1" })
  t.platform({ path = SYNC, lost = true }, { path = SYNC, status = 502, body = "<html>" })
  local none, reason = t.poll(channel)
  t.equal(none, nil)
  t.truthy(reason:find("sync_msg", 1, true))
end)

test("a backlog is polled at once until it is empty; a failure between pages waits", function(t)
  local channel = t.channel(settings { open_kfid = "wkA" })
  t.platform(TOKEN)
  for number = 1, 4 do
    local items = {}
    for index = 1, 200 do items[index] = item("m" .. number .. "x" .. index, "text", { content = "a" }) end
    t.platform(page("C" .. number, true, table.unpack(items)))
  end
  local answer = t.poll(channel)
  t.equal({ #answer.messages, answer.again, answer.remember["cursor:wkA"] }, { 800, 0, "C4" })
  t.platform(page("C5", true, item("m9", "text", { content = "a" })), { path = SYNC, status = 502, body = "<html>" })
  answer = t.poll(channel)
  t.equal({ #answer.messages, answer.again, answer.remember["cursor:wkA"] }, { 1, 60, "C5" })
end)

test("a channel that is simulated, or told not to, pulls nothing by itself", function(t)
  t.equal(#t.poll(t.channel(settings { poll = 0 })).messages, 0)
  t.equal(#t.poll(t.channel(settings { simulated = true })).messages, 0)
  t.equal(#t.requests(), 0)
end)

test("who a customer is is asked for once, and their union id is theirs in every channel", function(t)
  local BATCH = "/cgi-bin/kf/customer/batchget"
  local channel = t.channel(SETTINGS)
  local other = item("m2", "text", { content = "hi" })
  other.external_userid = "wm2"
  t.platform(TOKEN, page("C1", false, item("m1", "text", { content = "hello" }), other), { path = BATCH, json = {
    errcode = 0, errmsg = "ok", invalid_external_userid = { "wm2" },
    customer_list = { { external_userid = "wm1", nickname = "王芳", avatar = "https://a.example/1.png", gender = 2, unionid = "oU1" } },
  } })
  local messages = t.receive(bell(t, channel), channel).messages
  t.equal(messages[1].profile, { name = "王芳", avatar = "https://a.example/1.png", union_id = "oU1" })
  t.equal(messages[2].profile, nil)
  local requests = t.requests()
  t.equal(requests[3].json, { external_userid_list = { "wm1", "wm2" }, need_enter_session_context = 0 })
  t.platform(page("C2", false, item("m3", "text", { content = "again" })))
  t.equal(t.receive(bell(t, channel), channel).messages[1].profile.union_id, "oU1")
  t.equal(#t.requests(), 4)
end)

test("where names cannot be asked for the messages come all the same, and nobody asks for a minute", function(t)
  local channel = t.channel(SETTINGS)
  local one = item("m1", "text", { content = "hello" })
  t.platform(TOKEN, page("C1", false, one), { path = "/cgi-bin/kf/customer/batchget", json = { errcode = 48002, errmsg = "api forbidden" } })
  t.equal(t.receive(bell(t, channel), channel).messages[1].text, "hello")
  t.platform(page("C1", false, one), page("C1", false, one))
  t.receive(bell(t, channel), channel)
  t.equal(#t.requests(), 4)
  t.advance(61)
  t.receive(bell(t, channel), channel)
  t.equal(t.requests()[6].path, "/cgi-bin/kf/customer/batchget")
end)
