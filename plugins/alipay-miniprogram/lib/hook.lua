-- SPDX-License-Identifier: Apache-2.0
-- What Alipay posts: the gateway of the life account (`service=…`), and asynchronous notices (`notify_id=…`). Both are forms signed by
-- RSA2, with one difference: the gateway's signature covers `sign_type`, that of a notice does not.
local gateway = require "gateway"
local gb18030 = require "gb18030"
local inbound = require "inbound"
local keys = require "keys"
local strict = require "miniprogram.strict"

local M = {}

local CHECK, MESSAGE = "alipay.service.check", "alipay.mobile.public.message.notify"

--- "gb", "utf-8", or nil for another charset.
local function charset_of(name)
  local upper = (name or ""):upper()
  if upper == "GBK" or upper == "GB2312" or upper == "GB18030" then return "gb" end
  if upper == "UTF-8" or upper == "UTF8" then return "utf-8" end
  return nil
end

--- Bytes of a charset as UTF-8; nil where they are none.
local function decoded(bytes, charset)
  if charset == "gb" then return gb18030.decode(bytes) end
  return text.is_utf8(bytes) and bytes or nil
end

--- An answer in Alipay's envelope, signed with our key over what stands between its tags, in the charset of the request.
local function enveloped(words, charset, settings)
  local signature = keys.sign(settings, words)
  if not signature then return refuse(403, "app_private_key cannot sign") end
  return {
    content_type = "text/xml",
    body = '<?xml version="1.0" encoding="' .. charset .. '"?><alipay><response>' .. words .. "</response><sign>" .. signature
      .. "</sign><sign_type>RSA2</sign_type></alipay>",
  }
end

local function check_words(good, settings)
  local key = settings.app_public_key and settings.app_public_key:gsub("%-%-%-%-%-[^\n]-%-%-%-%-%-", ""):gsub("%s", "")
    or keys.public_of(settings.app_private_key) or ""
  local verdict = good and "<success>true</success>" or "<success>false</success><error_code>VERIFY_FAILED</error_code>"
  return verdict .. "<biz_content>" .. key .. "</biz_content>"
end

local function ack(sender, settings)
  local function data(words) return "<![CDATA[" .. words:gsub("]]>", "") .. "]]>" end
  return "<XML><ToUserId>" .. data(sender) .. "</ToUserId><AppId>" .. data(settings.app_id) .. "</AppId><CreateTime>"
    .. time.milliseconds() .. "</CreateTime><MsgType>" .. data("ack") .. "</MsgType></XML>"
end

--- The gateway of the life account.
local function receive_gateway(form, s)
  local missing = strict.missing(form, { "service", "sign", "sign_type", "charset", "biz_content" })
  if missing then return strict.refuse(missing) end
  local charset = charset_of(form.charset)
  if not charset then return strict.refuse("bad_charset") end
  if form.sign_type ~= "RSA2" then return strict.refuse("unsupported_sign_type") end
  if not keys.verify(s, gateway.sign_string(form, true), form.sign) then
    if form.service ~= CHECK then return strict.refuse("bad_signature") end
    -- Only the check of the address is told so, signed too: the console shows it.
    return accept({}, enveloped(check_words(false, s), form.charset, s))
  end
  local words = decoded(form.biz_content, charset)
  if not words then return strict.refuse("bad_encoding") end
  if words:find("<!DOCTYPE", 1, true) or words:find("<!ENTITY", 1, true) then return strict.refuse("xml_doctype") end
  local fields = xml.object(words)
  if type(fields) ~= "table" then return strict.refuse("bad_xml") end
  if type(fields.AppId) == "string" and fields.AppId ~= "" and fields.AppId ~= s.app_id then return strict.refuse("account_mismatch") end
  if form.service == CHECK then return accept({}, enveloped(check_words(true, s), form.charset, s)) end
  if form.service ~= MESSAGE then return accept({}, { body = "success", content_type = "text/plain" }) end
  local message, reason = inbound.message(fields, s.app_id)
  if not message then return strict.refuse(reason) end
  return accept({ message }, enveloped(ack(message.sender, s), form.charset, s))
end

--- Whether a notice is signed by Alipay: without `sign_type`, and in certificate mode perhaps without the serial number.
local function is_genuine_notice(form, s)
  local rest = {}
  for name, value in pairs(form) do if name ~= "sign_type" then rest[name] = value end end
  if keys.verify(s, gateway.sign_string(rest, true), form.sign) then return true end
  if rest.alipay_cert_sn == nil then return false end
  rest.alipay_cert_sn = nil
  return keys.verify(s, gateway.sign_string(rest, true), form.sign)
end

--- An asynchronous notice.
local function receive_notice(form, s)
  local missing = strict.missing(form, { "sign", "sign_type", "notify_id" })
  if missing then return strict.refuse(missing) end
  local charset = charset_of(form.charset or "utf-8")
  if not charset then return strict.refuse("bad_charset") end
  if form.sign_type ~= "RSA2" then return strict.refuse("unsupported_sign_type") end
  if not is_genuine_notice(form, s) then return strict.refuse("bad_signature") end
  local values = {}
  for name, bytes in pairs(form) do
    values[name] = decoded(bytes, charset)
    if not values[name] then return strict.refuse("bad_encoding") end
  end
  if values.app_id and values.app_id ~= "" and values.app_id ~= s.app_id then return strict.refuse("account_mismatch") end
  local messages = s.platform_events == "drop" and {} or { inbound.notice(values, s.app_id) }
  return accept(messages, { body = "success", content_type = "text/plain" })
end

function M.receive(request, channel)
  if request.method ~= "POST" then return strict.refuse("bad_method") end
  local _, doubled = strict.parameters(request.raw_query)
  if doubled then return strict.refuse(doubled) end
  local form, reason = strict.parameters(request.body)
  if not form then return strict.refuse(reason) end
  if form.service == nil and form.notify_id ~= nil then return receive_notice(form, channel.settings) end
  return receive_gateway(form, channel.settings)
end

return M
