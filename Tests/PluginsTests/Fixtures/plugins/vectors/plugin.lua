-- SPDX-License-Identifier: Apache-2.0
-- Lets the tests reach the functions of plugins/lib/wechat with the cases of Vectors/wechat.json.
local api_signature = require "wechat.api_signature"
local errors = require "wechat.errors"
local kf = require "wechat.kf"
local messages = require "wechat.message"
local push = require "wechat.push"
local sending = require "wechat.send"
local user = require "wechat.user"
local wx = require "wechat.crypto"

--- Every scalar as text, nested names joined with ".", list items as name[i].
local function flatten(value, prefix, out)
  for name, item in pairs(value) do
    local path = type(name) == "number" and prefix .. "[" .. (name - 1) .. "]" or (prefix == "" and name or prefix .. "." .. name)
    if type(item) == "table" then flatten(item, path, out) else out[path] = item end
  end
  return out
end

local function answer(value, message, code)
  if value == nil then return { ok = false, error = code, message = message } end
  return { ok = true, value = value }
end

local function config_of(case)
  local c = case.config
  return {
    platform = c.platform, mode = c.mode == "compat" and "compatible" or c.mode, format = c.format, token = c.token,
    encoding_aes_key = c.encoding_aes_key, receive_id = c.receive_id,
  }
end

return plugin {
  name = "vectors",
  kind = "data",
  version = "1",
  calls = {
    sign = function(case) return wx.sign(table.unpack(case.input.parts)) end,
    check = function(case) return answer(push.check(url.parse_query(case.request.query), config_of(case))) end,
    decrypt = function(case) return answer(wx.decrypt(case.config.encoding_aes_key, case.input.encrypt, case.config.receive_id)) end,
    hex = function(text) return crypto.hex(text) end,
    encrypt = function(case)
      return wx.encrypt(case.config.encoding_aes_key, case.input.msg, case.config.receive_id, crypto.unhex(case.input.random_hex))
    end,
    callback = function(case)
      local r = case.request
      local opened, message, code = push.open({ method = r.method, query = url.parse_query(r.query), body = r.body }, config_of(case))
      if not opened then return { ok = false, error = code, message = message, status = push.status(code) } end
      return { ok = true, plaintext = opened.plaintext, fields = flatten(opened.fields, "", {}) }
    end,
    reply = function(case)
      local i = case.input
      return push.reply(i.plaintext, config_of(case),
        { random = crypto.unhex(i.random_hex), timestamp = i.timestamp, nonce = i.nonce })
    end,
    parse = function(case)
      if case.format == "json" then return flatten(json.decode(case.body, { scalars = "text" }), "", {}) end
      return flatten(xml.object(case.body, "xml"), "", {})
    end,
    dedupe = function(case)
      local keys = {}
      for index, step in ipairs(case.input.steps) do
        local fields = step.format == "json" and json.decode(step.body, { scalars = "text" }) or xml.object(step.body, "xml")
        keys[index] = messages.dedupe_key(fields)
      end
      return keys
    end,
    user_data = function(case)
      local i = case.input
      return answer(user.open(i.session_key, i.iv, i.encrypted_data, i.appid))
    end,
    raw_data_signature = function(case) return user.raw_signature(case.input.raw_data, case.input.session_key) end,
    session_signature = function(case) return user.session_signature(case.input.session_key, case.input.data) end,
    api_open = function(case) return answer(api_signature.open(case.input, case.input.data, case.input.authtag)) end,
    api_seal = function(case) return answer(api_signature.seal(case.input, case.input.plaintext)) end,
    api_signature = function(case)
      local i = case.input
      return api_signature.verify({ url = i.url, appid = i.appid, timestamp = i.timestamp, key = i.public_key }, i.body, i.signature)
    end,
    menu = function(case)
      local options = {}
      for index, item in ipairs(case.input.items) do options[index] = { id = item.id, text = item.content } end
      local message = {
        recipient = case.input.to, kind = "menu", text = case.input.head, fields = { options = options, tail = case.input.tail },
      }
      return sending.bodies(message, "officialaccount", function() return nil end)[1]
    end,
    split = function(case) return text.split(case.input.text:rep(case.input["repeat"]), case.input.max_bytes) end,
    api_error = function(case)
      local i = case.input
      return errors.read { status = i.http_status, headers = { ["content-type"] = i.content_type }, body = i.body }.class
    end,
    kf_sync = function(case)
      local page = kf.page(case.input.body)
      local items = array {}
      for index, item in ipairs(page.items) do items[index] = flatten(item, "", {}) end
      return { next_cursor = page.next_cursor, has_more = page.has_more, items = items }
    end,
  },
}
