-- SPDX-License-Identifier: Apache-2.0
-- Acts as WeCom: signed and encrypted bells. A channel with the setting `simulated` finds the page of sync_msg inside.
local wx = require "wechat.crypto"

local M = {}

local ACCOUNT = "wkSimulated0123456789abc"

local function item_of(occasion, now, account)
  local kind = occasion.kind or "text"
  local id = occasion.message_id or crypto.random(12, "hex")
  local customer = occasion.sender or "wmSimulated_0123456789abcdefg"
  local item = { msgid = id, send_time = now, origin = 3, open_kfid = account, external_userid = customer, msgtype = kind }
  if kind == "text" then
    item.text = { content = occasion.text or "", menu_id = occasion.menu_id }
  elseif kind == "enter" or kind == "event" then
    local event = { open_kfid = account, external_userid = customer, event_type = occasion.event or "enter_session" }
    for name, value in pairs(occasion.fields or { scene = "simulated", welcome_code = "SIMULATED_CODE" }) do event[name] = value end
    return { msgid = id, send_time = now, origin = 4, msgtype = "event", event = event }
  elseif occasion.fields then
    item[kind] = occasion.fields
  else
    item[kind] = { media_id = occasion.media_id or "SIMULATED_MEDIA" }
  end
  return item
end

--- One bell. `page` stands inside as JSON if given.
function M.bell(config, account, page)
  local now = time.now()
  local fields = {
    ToUserName = config.receive_id, CreateTime = now, MsgType = "event", Event = "kf_msg_or_event", Token = "SIMULATED_TOKEN",
    OpenKfId = account, SimulatedPage = page,
  }
  local encrypt = wx.encrypt(config.encoding_aes_key, xml.encode("xml", fields), config.receive_id)
  local timestamp, nonce = tostring(now), crypto.random(5, "hex")
  local query = { timestamp = timestamp, nonce = nonce, msg_signature = wx.sign(config.token, timestamp, nonce, encrypt) }
  return {
    method = "POST", query = url.query(query), headers = { ["content-type"] = "text/xml" },
    body = xml.encode("xml", { ToUserName = config.receive_id, Encrypt = encrypt, AgentID = "" }),
  }
end

--- The requests for an occasion: `{ kind, text, sender, account, copies, check = true, bell = true }`; a bell alone has no page inside.
--- `account` is the channel's own.
function M.requests(occasion, config, account)
  if occasion.check then
    local timestamp, nonce = tostring(time.now()), crypto.random(5, "hex")
    local echo = wx.encrypt(config.encoding_aes_key, "1616140317555161061", config.receive_id)
    local query = { timestamp = timestamp, nonce = nonce, echostr = echo, msg_signature = wx.sign(config.token, timestamp, nonce, echo) }
    return { { method = "GET", query = url.query(query), headers = {}, body = "" } }
  end
  account = occasion.account or account or ACCOUNT
  local page
  if not occasion.bell then
    page = json.encode { errcode = 0, errmsg = "ok", next_cursor = "", has_more = 0, msg_list = { item_of(occasion, time.now(), account) } }
  end
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = M.bell(config, account, page) end
  return requests
end

return M
