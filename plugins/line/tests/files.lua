-- SPDX-License-Identifier: Apache-2.0
local PUSH = "/v2/bot/message/push"
local DESK = "https://desk.example.com"

local function sender(t)
  local channel = t.channel { channel_secret = "secret", access_token = "T" }
  local number = 0
  return function(kind, fields, words)
    number = number + 1
    t.platform { path = PUSH, json = { sentMessages = { { id = "1" } } } }
    local outcome = t.send({ recipient = "U1", id = "m" .. number, kind = kind, text = words, fields = fields }, channel)
    local requests = t.requests()
    return outcome, requests[#requests] and requests[#requests].json.messages
  end
end

test("files of ours are fetched from the desk's public address", function(t)
  t.public_url(DESK)
  local send = sender(t)
  local picture = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local _, list = send("image", { media_id = picture, name = "p.jpg" }, "看这里")
  local address = DESK .. "/media/" .. picture
  t.equal(list, { { type = "image", originalContentUrl = address, previewImageUrl = address }, { type = "text", text = "看这里" } })
  local sound = t.file("ID3", "audio/mpeg", "v.mp3")
  _, list = send("voice", { media_id = sound, seconds = 2 })
  t.equal(list, { { type = "audio", originalContentUrl = DESK .. "/media/" .. sound, duration = 2000 } })
  local film = t.file("....ftyp", "video/mp4", "v.mp4")
  _, list = send("video", { media_id = film, thumb_media_id = picture })
  t.equal(list, { { type = "video", originalContentUrl = DESK .. "/media/" .. film, previewImageUrl = address } })
  _, list = send("card", { title = "A", url = "https://a.example", thumb_media_id = picture })
  t.equal(list[1].template.thumbnailImageUrl, address)
end)

test("what LINE does not show goes as a link", function(t)
  t.public_url(DESK)
  local send = sender(t)
  for kind, file in pairs {
    file = { "%PDF-1.4", "application/pdf", "a.pdf" }, voice = { "OggS", "audio/ogg", "a.ogg" }, video = { "....ftyp", "video/mp4", "a.mp4" },
    image = { "GIF89a", "image/gif", "a.gif" },
  } do
    local id = t.file(file[1], file[2], file[3])
    local _, list = send(kind, { media_id = id, name = file[3] })
    t.equal(list, { { type = "text", text = file[3] .. "\n" .. DESK .. "/media/" .. id } }, kind)
  end
end)

test("without a public address a file fails and says what is missing", function(t)
  local outcome = sender(t)("image", { media_id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg") }, "看这里")
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
  t.equal(#t.requests(), 0)
end)
