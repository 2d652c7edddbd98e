-- SPDX-License-Identifier: Apache-2.0
-- Acts as Douyin: the pushes of each interface, signed and encrypted as it does.
local legacy = require "legacy"
local minigame = require "minigame"
local push_crypto = require "miniprogram.push_crypto"
local strict = require "miniprogram.strict"

local M = {}

local CUSTOMER, ACCOUNT = "8d5ef208-eccd-44c2-9e6d-b07257b8e967", "67ac92c3-eb2a-4080-9a4d-db77f6601dc0"

--- A web hook as Douyin signs it.
function M.im(body, channel, id)
  return {
    method = "POST", query = "", body = body,
    headers = {
      ["content-type"] = "application/json", ["msg-id"] = id or crypto.random(8, "hex"),
      ["x-douyin-signature"] = crypto.digest("sha1", channel.settings.client_secret .. body, "hex"),
    },
  }
end

local function im_request(o, channel)
  if o.check then return M.im('{"event":"verify_webhook","client_key":"","content":{"challenge":12345}}', channel) end
  local sender, id, kind = o.sender or CUSTOMER, o.message_id or "@" .. crypto.random(16, "hex"), o.kind or "text"
  local content = {
    conversation_short_id = o.conversation or "@" .. crypto.digest("md5", sender, "hex"), server_message_id = id, conversation_type = 1,
    create_time = time.milliseconds(), source = "", user_infos = { { open_id = sender, nick_name = o.name or "模拟客户" } },
  }
  local event = "im_receive_msg"
  if kind == "enter" then event = "im_enter_direct_msg"
  elseif kind == "event" then event = o.event or "im_recall_msg"
  else
    content.message_type = kind
    if kind == "text" then content.text = o.text or "" end
    if kind == "image" then content.resource_type, content.resource_url = "jpeg", o.url or "https://p3.douyinpic.com/simulated.jpeg" end
  end
  for name, value in pairs(o.fields or {}) do content[name] = value end
  local body = json.encode {
    event = event, client_key = channel.settings.client_key, content = content, log_id = crypto.random(8, "hex"),
    from_user_id = sender, to_user_id = o.account or channel.settings.account or ACCOUNT,
  }
  return M.im(body, channel, crypto.digest("md5", id, "hex"))
end

local function game_request(o, channel)
  local s = channel.settings
  local kind = o.kind or "text"
  local body = json.encode {
    app_id = s.app_id, conversation_id = 8063006030805453253, create_time = time.milliseconds(), msg_type = kind == "event" and "score" or kind,
    msg_id = math.tointeger(tonumber(o.message_id)) or time.milliseconds() * 1000 + math.random(0, 999),
    open_id = o.sender or "_000simulated", content = kind == "text" and json.encode { text = o.text or "", action = o.action or "" } or nil,
    pic_url = kind == "image" and (o.url or "https://p3.douyinpic.com/simulated.png") or nil,
    score_content = kind == "event" and '{"score":5}' or nil,
  }
  local headers = {
    ["x-appid"] = s.app_id, ["x-msg-type"] = o.check and "verify_request" or "douyin_microgame_im", ["x-nonce-str"] = crypto.random(8, "hex"),
    ["x-timestamp"] = tostring(time.milliseconds()),
  }
  local signature = minigame.header_md5(headers, body, s.token)
  headers["x-signature"], headers["content-type"] = signature, "application/json"
  return { method = "POST", query = "", headers = headers, body = body }
end

local function old_fields(o, app_id)
  local kind = o.kind or "text"
  return json.encode {
    ToUserName = app_id, FromUserName = o.sender or "o_simulated", CreateTime = time.now(), MsgType = kind,
    Content = kind == "text" and (o.text or "") or nil, PicUrl = kind == "image" and (o.url or "https://p3.douyinpic.com/s.png") or nil,
    Event = kind == "event" and (o.event or "simulated") or nil,
  }
end

local function legacy_request(o, channel)
  local s, now, nonce = channel.settings, tostring(time.now()), crypto.random(4, "hex")
  local query = { timestamp = now, nonce = nonce, msg = "", signature = strict.sorted_sha1(s.token, now, nonce, "") }
  if o.check then query.echostr = "e-1" end
  return {
    method = o.check and "GET" or "POST", query = url.query(query), headers = { ["content-type"] = "application/json" },
    body = o.check and "" or old_fields(o, s.app_id),
  }
end

local function third_party_request(o, channel)
  local s, now, nonce = channel.settings, tostring(time.now()), crypto.random(4, "hex")
  local plain = o.check and json.encode { MsgType = "Ticket", Event = "PUSH", Ticket = "simulated", FromUserName = "ByteDanceMicroApp" }
    or old_fields(o, "tt0123456789abcdef01")
  local sealed = push_crypto.seal(s.encoding_aes_key, plain, s.app_id, legacy.PREFIX)
  local body = json.encode { Nonce = nonce, TimeStamp = now, Encrypt = sealed, MsgSignature = strict.sorted_sha1(s.token, now, nonce, sealed) }
  return { method = "POST", query = "", headers = { ["content-type"] = "application/json" }, body = body }
end

local MAKE = { im = im_request, minigame = game_request, legacy = legacy_request, third_party = third_party_request }

--- The requests for an occasion: `{ kind, text, sender, message_id, copies, check = true }`; `copies` are the platform's repeats.
function M.requests(occasion, channel)
  local request = MAKE[channel.settings.interface](occasion, channel)
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = request end
  return requests
end

return M
