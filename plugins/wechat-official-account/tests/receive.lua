-- SPDX-License-Identifier: Apache-2.0
local SECURE = {
  app_id = "wx0123456789abcdef", app_secret = "secret", token = "token",
  encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}

local function with(extra)
  local settings = {}
  for name, value in pairs(SECURE) do settings[name] = value end
  for name, value in pairs(extra) do settings[name] = value end
  return settings
end

local function taken(t, channel, occasion)
  local answer = t.receive(t.simulate(occasion, channel)[1], channel)
  t.equal(answer.status, 200)
  return answer.messages[1], answer
end

test("the console's check of the address is echoed, a wrong signature is not", function(t)
  local channel = t.channel(SECURE)
  local request = t.simulate({ check = true }, channel)[1]
  t.equal(t.receive(request, channel).body, "4375120948345356249")
  request.query = request.query:gsub("signature=%x", "signature=z")
  t.truthy(t.receive(request, channel).status >= 400)
end)

test("recorded pushes: a text, a voice message with its words, and an attack", function(t)
  local channel = t.channel(with { mode = "plain", encoding_aes_key = nil })
  local text = t.receive(t.fixture("text.http"), channel).messages[1]
  t.equal(text.text, "你们几点开门？")
  t.equal(text.external_id, "24000000000000002")
  local voice = t.receive(t.fixture("voice.http"), channel).messages[1]
  t.equal(voice.kind, "voice")
  t.equal(voice.text, "几点开门")
  local attack = t.receive(t.fixture("attack-entities.http"), channel)
  t.truthy(attack.status >= 400 and attack.status < 500)
  t.equal(#attack.messages, 0)
end)

test("messages of every kind arrive as what they are", function(t)
  local channel = t.channel(SECURE)
  t.equal(taken(t, channel, { text = "hi" }).reply_quota, { messages = 5, window = "48h" })
  t.equal(taken(t, channel, { kind = "image", media_id = "M" }).fields.media_id, "M")
  local voice = taken(t, channel, { kind = "voice", text = "words" })
  t.equal({ voice.kind, voice.text, voice.fields.format }, { "voice", "words", "amr" })
  local place = taken(t, channel, { kind = "location", text = "here" })
  t.equal({ place.kind, place.fields.latitude, place.fields.longitude }, { "location", 31.230416, 121.473701 })
  for _, kind in ipairs { "video", "shortvideo" } do
    t.equal(taken(t, channel, { kind = kind, fields = { MediaId = "V", ThumbMediaId = "T" } }).kind, "video")
  end
  local link = taken(t, channel, { kind = "link", fields = { Title = "A", Description = "B", Url = "https://a.example" } })
  t.equal({ link.kind, link.fields.url, link.text }, { "card", "https://a.example", "A" })
  t.equal(taken(t, channel, { kind = "file", fields = { Title = "a.pdf" } }).kind, "file")
  t.equal(taken(t, channel, { kind = "hologram" }).kind, "unsupported")
end)

test("events are named, with the replies they allow", function(t)
  local channel = t.channel(SECURE)
  local function event(name, fields) return taken(t, channel, { kind = "event", event = name, fields = fields }) end
  local follow = taken(t, channel, { kind = "follow", scene = "shop7" })
  t.equal({ follow.fields.name, follow.fields.scene }, { "follow", "shop7" })
  t.equal(follow.reply_quota, { messages = 3, window = "60s" })
  t.equal(taken(t, channel, { kind = "follow" }).fields.scene, nil)
  t.equal(taken(t, channel, { kind = "scan", scene = "9" }).fields.scene, "9")
  local click = taken(t, channel, { kind = "click", key = "HOURS" })
  t.equal({ click.fields.name, click.fields.event_key }, { "menu_click", "HOURS" })
  t.equal(event("unsubscribe").fields.name, "unfollow")
  t.equal(event("VIEW", { EventKey = "https://a.example", MenuId = "1" }).fields.name, "menu_view")
  t.equal(event("view_miniprogram").fields.name, "menu_view")
  local scanned = event("scancode_waitmsg", { EventKey = "k", ScanCodeInfo = { ScanType = "qrcode", ScanResult = "R" } })
  t.equal(scanned.fields.scan_code_info.scan_result, "R")
  for _, name in ipairs { "pic_sysphoto", "pic_photo_or_album", "pic_weixin" } do t.equal(event(name).fields.name, "menu_photo") end
  t.equal(event("location_select").fields.name, "menu_location")
  t.equal(event("kf_create_session", { KfAccount = "a@b" }).fields.name, "platform_agent_joined")
  t.equal(event("kf_close_session").fields.name, "platform_agent_left")
  t.equal(event("kf_switch_session").fields.name, "platform_agent_switched")
  t.equal(event("qualification_verify_success").fields.name, "qualification_verify_success")
end)

test("reports on what was sent to everybody are nobody's; a push that names no account is refused", function(t)
  local channel = t.channel(SECURE)
  for _, name in ipairs { "MASSSENDJOBFINISH", "PUBLISHJOBFINISH" } do
    local message, answer = taken(t, channel, { kind = "event", event = name })
    t.equal({ message == nil, answer.status, answer.body }, { true, 200, "success" }, name)
  end
  local plain = t.channel { app_id = "wx0123456789abcdef", app_secret = "secret", token = "tok", mode = "plain" }
  local query = { timestamp = "1767225600", nonce = "n" }
  local parts = { "tok", query.timestamp, query.nonce }
  table.sort(parts)
  query.signature = crypto.digest("sha1", table.concat(parts), "hex")
  local body = "<xml><FromUserName>o1</FromUserName><CreateTime>1767225600</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>5</MsgId></xml>"
  local answer = t.receive({ method = "POST", query = url.query(query), body = body }, plain)
  t.equal({ answer.status, answer.reason, #answer.messages }, { 400, "bad_message", 0 })
end)

test("the reports of places, every few seconds, are acknowledged and not kept", function(t)
  local channel = t.channel(SECURE)
  local message, answer = taken(t, channel, { kind = "event", event = "LOCATION", fields = { Latitude = "1" } })
  t.equal(message, nil)
  t.equal(answer.body, "success")
end)

test("the result of a template message becomes a receipt", function(t)
  local channel = t.channel(SECURE)
  local _, good = taken(t, channel, { kind = "event", event = "TEMPLATESENDJOBFINISH", fields = { MsgID = "77", Status = "success" } })
  t.equal(good.receipts, { { external_id = "notice:77", delivery = "delivered" } })
  local _, bad = taken(t, channel, {
    kind = "event", event = "TEMPLATESENDJOBFINISH", fields = { MsgID = "78", Status = "failed:user block" },
  })
  t.equal(bad.receipts, { { external_id = "notice:78", delivery = "failed", reason = "failed:user block" } })
end)

test("a repeated push counts once, damage is refused", function(t)
  local channel = t.channel(SECURE)
  local requests = t.simulate({ text = "hi", copies = 3 }, channel)
  t.equal(#requests, 3)
  local first = t.receive(requests[1], channel).messages[1].external_id
  t.equal(t.receive(requests[3], channel).messages[1].external_id, first)
  t.endures(requests[1], channel, { signed = true })
  t.endures(t.fixture("text.http"), t.channel(with { mode = "plain" }))
end)

test("passive replies carry the operator's words, swapped and in the push's format", function(t)
  local channel = t.channel(with { mode = "plain", passive_text = "收到", follow_text = "欢迎" })
  local _, xml_answer = taken(t, channel, { text = "hi", sender = "oA" })
  local reply = xml.object(xml_answer.body, "xml")
  t.equal({ reply.ToUserName, reply.FromUserName, reply.MsgType, reply.Content }, { "oA", "gh_0123456789ab", "text", "收到" })
  local _, json_answer = taken(t, channel, { kind = "follow", format = "json" })
  t.equal(json.decode(json_answer.body).Content, "欢迎")
  local _, click = taken(t, channel, { kind = "click" })
  t.equal(click.body, "success")
end)

test("with hand_over a customer goes to WeChat's agents; events do not", function(t)
  local channel = t.channel(with { mode = "plain", hand_over = true, hand_over_account = "kf2001@shop" })
  local _, answer = taken(t, channel, { text = "hi" })
  local reply = xml.object(answer.body, "xml")
  t.equal({ reply.MsgType, reply.TransInfo.KfAccount }, { "transfer_customer_service", "kf2001@shop" })
  local _, event = taken(t, channel, { kind = "click" })
  t.equal(event.body, "success")
  local sealed = t.channel(with { hand_over = true })
  local _, secret = taken(t, sealed, { text = "hi" })
  t.truthy(secret.body:find("MsgSignature", 1, true) and not secret.body:find("transfer", 1, true))
end)
