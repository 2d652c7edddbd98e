-- SPDX-License-Identifier: Apache-2.0
local SEND, CUSTOMER, DESK = "alipay.open.public.message.custom.send", "2088000000000001", "https://desk.example.com"

local function sender(t)
  local f = t.vectors("vectors").fixtures
  local channel = t.channel {
    app_id = f.app.app_id, app_private_key = f.app.app_private_key, alipay_public_key = f.app.alipay_public_key, aes_key = f.app.aes_key,
    simulation_key = f.platform_key_for_tests.alipay_private_key,
  }
  t.receive(t.simulate({ text = "hi" }, channel)[1], channel)
  return function(kind, fields, words)
    local raw = json.encode { code = "10000", msg = "Success" }
    local signature = crypto.sign { scheme = "rsa-sha256", key = f.platform_key_for_tests.alipay_private_key, data = raw, form = "base64" }
    t.platform { path = "/gateway.do", body = '{"' .. SEND:gsub("%.", "_") .. '_response":' .. raw .. ',"sign":"' .. signature .. '"}' }
    local outcome = t.send({ recipient = CUSTOMER, kind = kind, text = words, fields = fields }, channel)
    local requests = t.requests()
    return outcome, requests[1] and json.decode(url.parse_query(requests[#requests].body).biz_content)
  end
end

test("a picture is an article that shows and opens it; another file goes as a link", function(t)
  t.public_url(DESK)
  local send = sender(t)
  local picture = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg")
  local address = DESK .. "/media/" .. picture
  local _, biz = send("image", { media_id = picture, name = "p.jpg" }, "新款")
  t.equal({ biz.msg_type, biz.articles }, { "image-text", { { title = "新款", desc = "", image_url = address, url = address } } })
  local paper = t.file("%PDF", "application/pdf", "a.pdf")
  _, biz = send("file", { media_id = paper, name = "a.pdf" })
  t.equal(biz.text.content, "a.pdf\n" .. DESK .. "/media/" .. paper)
end)

test("without a public address a file fails and says what is missing", function(t)
  local outcome = sender(t)("image", { media_id = t.file("\xff\xd8\xff1", "image/jpeg", "p.jpg") })
  t.equal(outcome.outcome, "failed")
  t.truthy(outcome.reason:find("server.public_url", 1, true))
end)
