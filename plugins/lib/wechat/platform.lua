-- SPDX-License-Identifier: Apache-2.0
-- Acts as WeChat's platform: the pushes it would make, signed and encrypted as the channel's mode asks.
local wx = require "wechat.crypto"

local M = {}

local function fields_of(occasion, now)
  local fields = {
    ToUserName = occasion.account or "gh_0123456789ab", FromUserName = occasion.sender or "oSimulated_0123456789abcdefg",
    CreateTime = now,
  }
  local kind = occasion.kind or "text"
  local id = occasion.message_id or tostring(time.milliseconds() * 10000 + math.random(0, 9999))
  if kind == "enter" then
    fields.MsgType, fields.Event, fields.SessionFrom = "event", "user_enter_tempsession", occasion.session_from or ""
    return fields
  elseif kind == "follow" then
    fields.MsgType, fields.Event = "event", "subscribe"
    fields.EventKey = occasion.scene and "qrscene_" .. occasion.scene or ""
    fields.Ticket = occasion.scene and "SIMULATED_TICKET" or nil
    return fields
  elseif kind == "scan" then
    fields.MsgType, fields.Event, fields.EventKey, fields.Ticket = "event", "SCAN", occasion.scene or "1", "SIMULATED_TICKET"
    return fields
  elseif kind == "click" then
    fields.MsgType, fields.Event, fields.EventKey = "event", "CLICK", occasion.key or "KEY"
    return fields
  elseif kind == "event" then
    fields.MsgType, fields.Event = "event", occasion.event or "debug_demo"
    for name, value in pairs(occasion.fields or {}) do fields[name] = value end
    return fields
  end
  fields.MsgId = math.tointeger(tonumber(id)) or id
  if kind == "text" then
    fields.MsgType, fields.Content, fields.BusinessId = "text", occasion.text or "", occasion.business_id
  elseif kind == "image" then
    fields.MsgType, fields.MediaId = "image", occasion.media_id or "SIMULATED_MEDIA"
    fields.PicUrl = occasion.url or "http://mmbiz.qpic.cn/simulated/0"
  elseif kind == "card" then
    fields.MsgType, fields.Title, fields.AppId = "miniprogrampage", occasion.text or "Card", occasion.app_id or "wx0"
    fields.PagePath, fields.ThumbUrl, fields.ThumbMediaId = occasion.page_path or "pages/index/index", "", ""
  elseif kind == "voice" then
    fields.MsgType, fields.MediaId, fields.Format = "voice", occasion.media_id or "SIMULATED_MEDIA", "amr"
    fields.Recognition = occasion.text or ""
  elseif kind == "location" then
    fields.MsgType, fields.Label = "location", occasion.text or "Shanghai"
    fields.Location_X, fields.Location_Y, fields.Scale = "31.230416", "121.473701", 16
  else
    fields.MsgType = kind
    for name, value in pairs(occasion.fields or {}) do fields[name] = value end
  end
  return fields
end

--- One request carrying a plaintext, as this mode sends it.
function M.request(plaintext, config, format, sender)
  local now = tostring(time.now())
  local nonce = tostring(math.random(100000000, 999999999))
  local query = { timestamp = now, nonce = nonce, signature = wx.sign(config.token, now, nonce), openid = sender }
  local body = plaintext
  if config.mode ~= "plain" then
    local encrypt = wx.encrypt(config.encoding_aes_key, plaintext, config.receive_id)
    query.encrypt_type = "aes"
    query.msg_signature = wx.sign(config.token, now, nonce, encrypt)
    local envelope = { ToUserName = "gh_0123456789ab", Encrypt = encrypt }
    if config.mode == "compatible" then
      local whole = format == "json" and json.decode(plaintext) or xml.object(plaintext, "xml")
      for name, value in pairs(whole) do envelope[name] = value end
      envelope.Encrypt = encrypt
    end
    body = format == "json" and json.encode(envelope) or xml.encode("xml", envelope)
  end
  local headers = { ["content-type"] = format == "json" and "application/json" or "text/xml" }
  return { method = "POST", query = url.query(query), headers = headers, body = body }
end

--- The requests for an occasion: `{ kind, text, sender, copies, format, check = true }`; `copies` are the platform's repeats.
function M.requests(occasion, _, config)
  if occasion.check then
    local now, nonce = tostring(time.now()), crypto.random(4, "hex")
    local query = { timestamp = now, nonce = nonce, signature = wx.sign(config.token, now, nonce), echostr = "4375120948345356249" }
    return { { method = "GET", query = url.query(query), headers = {}, body = "" } }
  end
  local format = occasion.format or (config.format == "json" and "json" or "xml")
  local fields = fields_of(occasion, time.now())
  local plaintext = format == "json" and json.encode(fields) or xml.encode("xml", fields)
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.request(plaintext, config, format, fields.FromUserName) end
  return requests
end

return M
