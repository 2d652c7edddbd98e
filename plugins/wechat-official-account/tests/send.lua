-- SPDX-License-Identifier: Apache-2.0
local passives = require "wechat.passive"
local uploads = require "wechat.media"

local SETTINGS = { app_id = "wx0123456789abcdef", app_secret = "secret", token = "token" }
local SEND = "/cgi-bin/message/custom/send"

local function with(extra)
  local settings = {}
  for name, value in pairs(SETTINGS) do settings[name] = value end
  for name, value in pairs(extra) do settings[name] = value end
  return settings
end

local function opened(t, extra)
  t.platform({ path = "/cgi-bin/stable_token", json = { access_token = "T1", expires_in = 7200 } })
  return t.channel(with(extra or {}))
end

local function body_of(t, channel, message)
  t.platform({ path = SEND, json = { errcode = 0, errmsg = "ok" } })
  t.equal(t.send(message, channel).outcome, "sent")
  local requests = t.requests()
  return requests[#requests].json
end

test("every kind goes out as WeChat names it", function(t)
  local channel = opened(t)
  t.equal(body_of(t, channel, { text = "hi" }).text.content, "hi")
  t.equal(body_of(t, channel, { kind = "image", fields = { media_id = "M" } }).image.media_id, "M")
  t.equal(body_of(t, channel, { kind = "voice", fields = { media_id = "V" } }).voice.media_id, "V")
  t.equal(body_of(t, channel, { kind = "video", fields = { media_id = "V", thumb_media_id = "T", title = "x" } }).video,
    { media_id = "V", thumb_media_id = "T", title = "x" })
  t.equal(body_of(t, channel, { kind = "card", fields = { title = "A", url = "https://a.example" } }).news.articles[1].url,
    "https://a.example")
  t.equal(body_of(t, channel, { kind = "card", fields = { type = "mini_program", title = "A", page_path = "p", thumb_media_id = "T", app_id = "wx9" } }).miniprogrampage.appid, "wx9")
  t.equal(body_of(t, channel, { kind = "card", fields = { article_id = "A1" } }).mpnewsarticle.article_id, "A1")
  t.equal(body_of(t, channel, { kind = "card", fields = { card_id = "C1" } }).wxcard.card_id, "C1")
  t.equal(body_of(t, channel, { kind = "card", text = "song", fields = { type = "music", url = "https://a.example/s.mp3", thumb_media_id = "T" } }).music.thumb_media_id, "T")
  local menu = body_of(t, channel, { kind = "menu", text = "满意吗?", fields = { options = { { id = 1, text = "是" } }, tail = "谢谢" } })
  t.equal(menu.msgmenu, { head_content = "满意吗?", list = { { id = "1", content = "是" } }, tail_content = "谢谢" })
  t.equal(body_of(t, channel, { kind = "location", text = "Shop", fields = { latitude = 1.5, longitude = 2.5 } }).text.content, "Shop\n1.5, 2.5")
  t.equal(body_of(t, channel, { kind = "file", fields = { name = "a.pdf", url = "https://a.example/a.pdf" } }).text.content, "a.pdf\nhttps://a.example/a.pdf")
end)

test("after the window a template message goes out if one is set", function(t)
  local channel = opened(t, { template_id = "TPL", template_data = '{"thing1":"{text}","time2":"{time}"}', template_url = "https://a.example" })
  t.at(1767225600)
  t.platform({ path = SEND, json = { errcode = 45015, errmsg = "response out of time limit" } },
    { path = "/cgi-bin/message/template/send", json = { errcode = 0, errmsg = "ok", msgid = 200228332 } })
  t.equal(t.send({ text = "已发货" }, channel), { outcome = "sent", external_id = "notice:200228332" })
  local requests = t.requests()
  local notice = requests[#requests].json
  t.equal(notice.data, { thing1 = { value = "已发货" }, time2 = { value = "2026-01-01 08:00" } })
  t.equal({ notice.template_id, notice.touser, notice.url }, { "TPL", "customer", "https://a.example" })
end)

test("without a template the message fails with the window's reason", function(t)
  local channel = opened(t)
  t.platform({ path = SEND, json = { errcode = 45015, errmsg = "out" } })
  t.equal(t.send({ text = "x" }, channel), { outcome = "failed", reason = "45015 out" })
end)

test("passive replies exist for every kind", function(t)
  local f = { ToUserName = "gh", FromUserName = "oA" }
  local function reply(kind, content) return xml.object(passives.reply(f, kind, content, "xml"), "xml") end
  t.equal(reply("image", { media_id = "M" }).Image.MediaId, "M")
  t.equal(reply("voice", { media_id = "M" }).Voice.MediaId, "M")
  t.equal(reply("video", { media_id = "M", title = "T" }).Video.Title, "T")
  t.equal(reply("music", { url = "u", thumb_media_id = "T" }).Music.ThumbMediaId, "T")
  local news = reply("news", { title = "T", url = "https://a.example" })
  t.equal({ news.ArticleCount, news.Articles.item.Url }, { "1", "https://a.example" })
  t.equal(passives.reply(f, "gif", {}, "xml"), nil)
end)

test("menu, QR codes and followers are within reach of flows", function(t)
  local channel = opened(t)
  t.platform({ path = "/cgi-bin/menu/create", json = { errcode = 0, errmsg = "ok" } },
    { path = "/cgi-bin/qrcode/create", json = { ticket = "g Q", expire_seconds = 60, url = "http://weixin.qq.com/q/x" } },
    { path = "/cgi-bin/user/info", json = { subscribe = 1, openid = "oA", unionid = "U" } })
  t.equal(t.call("calls.menu", { button = { { type = "click", name = "Hours", key = "HOURS" } } }, channel), { ok = true })
  local code = t.call("calls.qr_code", { scene = "shop7", seconds = 60 }, channel)
  t.truthy(code.image:find("ticket=g%20Q", 1, true))
  t.equal(t.requests()[3].json, { action_name = "QR_STR_SCENE", action_info = { scene = { scene_str = "shop7" } }, expire_seconds = 60 })
  t.equal(t.call("calls.user", { openid = "oA" }, channel).union_id, "U")
  t.equal(t.call("calls.qr_code", { scene = "" }, channel).ok, false)
end)

test("typing uses the account's own path", function(t)
  local channel = opened(t)
  t.platform({ path = "/cgi-bin/message/custom/typing", json = { errcode = 0, errmsg = "ok" } })
  t.call("typing", "oA", true, channel)
  t.equal(t.requests()[2].json, { touser = "oA", command = "Typing" })
end)

test("what is said beside a file or a card goes too, and a second try goes on behind the file", function(t)
  local channel = opened(t)
  local ok, busy = { path = SEND, json = { errcode = 0, errmsg = "ok" } }, { path = SEND, json = { errcode = -1, errmsg = "busy" } }
  local message = { kind = "image", text = "here it is", fields = { media_id = "M" } }
  t.platform(ok, busy, ok)
  t.equal(t.send(message, channel).outcome, "retry")
  message.attempt = 2
  t.equal(t.send(message, channel).outcome, "sent")
  local sent_kinds = {}
  for _, request in ipairs(t.requests()) do
    if request.path == SEND then sent_kinds[#sent_kinds + 1] = request.json.msgtype end
  end
  t.equal(sent_kinds, { "image", "text", "text" })
  t.equal(t.requests()[4].json.text.content, "here it is")
  local card = { kind = "card", text = "look", fields = { title = "A", url = "https://a.example" } }
  t.equal(body_of(t, channel, card).news.articles[1].description, "look")
  local before = #t.requests()
  card = { id = "m2", kind = "card", text = "look", fields = { title = "A", description = "blue", url = "https://a.example" } }
  t.platform(ok)
  body_of(t, channel, card)
  t.equal({ t.requests()[before + 1].json.msgtype, t.requests()[before + 2].json.text.content }, { "news", "look" })
end)

test("a file that WeChat does not take goes as a link", function(t)
  t.public_url("https://desk.example.com")
  local channel = opened(t)
  local cases = {
    { "image", t.file("RIFF....WEBP", "image/webp", "a.webp") }, { "voice", t.file("OggS....", "audio/ogg", "a.ogg") },
    { "video", t.file("FLV\1", "video/x-flv", "a.flv") },
  }
  for index, case in ipairs(cases) do
    local body = body_of(t, channel, { id = "m" .. index, kind = case[1], fields = { media_id = case[2] } })
    t.equal(body.text.content, "https://desk.example.com/media/" .. case[2], case[1])
  end
  local sound = t.file("ID3......", "audio/mpeg", "a.mp3")
  t.equal({ uploads.fits("voice", sound), uploads.fits("voice", sound, { voice = { bytes = 8 } }) }, { true, false })
  -- Its page says two sizes: where the platform finds it too large after all, the same.
  local id = t.file("\x89PNG....", "image/png", "a.png")
  t.platform({ path = "/cgi-bin/media/upload", json = { errcode = 45001, errmsg = "too large" } })
  t.equal(body_of(t, channel, { id = "m9", kind = "image", fields = { media_id = id } }).text.content, "https://desk.example.com/media/" .. id)
end)

test("a film goes without a small picture that is too large", function(t)
  local channel = opened(t)
  local thumb = t.file("\xff\xd8\xff" .. ("x"):rep(70000), "image/jpeg", "t.jpg")
  local video = body_of(t, channel, { kind = "video", fields = { media_id = "V", title = "x", thumb_media_id = thumb } }).video
  t.equal(video, { media_id = "V", thumb_media_id = "V", title = "x" })
end)

test("a menu's options without ids are named by their words; one that opens a page goes as words with its address", function(t)
  local channel = t.channel { app_id = "wx0123456789abcdef", app_secret = "secret", token = "tok", mode = "plain" }
  local token, ok = { json = { access_token = "T", expires_in = 7200 } }, { json = { errcode = 0 } }
  t.platform(token, ok, ok)
  t.equal(t.send({ recipient = "o1", kind = "menu", text = "?", fields = { options = { { text = "Yes" } } } }, channel).outcome, "sent")
  t.equal(t.requests()[2].json.msgmenu.list, { { id = "Yes", content = "Yes" } })
  local menu = { recipient = "o1", id = "m2", kind = "menu", text = "?", fields = { options = { { text = "Site", url = "https://a.example" } } } }
  t.equal(t.send(menu, channel).outcome, "sent")
  t.equal(t.requests()[3].json.text.content, "?\n1. Site https://a.example")
end)
