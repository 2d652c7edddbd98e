-- SPDX-License-Identifier: Apache-2.0
-- A message of ours as SendSms calls: an approved template with our words in its variables.
local api = require "api"
local consent = require "sms.consent"
local inbound = require "inbound"
local phone = require "sms.phone"
local template = require "sms.template"
local unsure = require "sms.unsure"

local M = {}

--- A template that a rule or agent chose: `fields.template = { code, params }`.
local function chosen(message, settings)
  local given = message.fields.template
  if type(given) ~= "table" or type(given.code) ~= "string" then return nil end
  local params = type(given.params) == "table" and json.encode(given.params) or nil
  return { { code = given.code, sign = type(given.sign) == "string" and given.sign or settings.sign_name, params = params } }
end

--- The calls for a message.
---@return table[]? bodies, table? outcome
function M.bodies(message, settings)
  local bodies = chosen(message, settings)
  if bodies then return bodies end
  if not settings.template_code then return nil, misconfigured("template_code is not set, and Aliyun sends templates only") end
  local words, reason = template.words(message)
  if not words then return nil, failed(reason) end
  if words == "" then return nil, failed("there is nothing to send") end
  local parts, problem = template.parts(words, settings.template_params, settings.variable_limit, settings.max_parts)
  if not parts then return nil, failed(problem) end
  bodies = {}
  for index, part in ipairs(parts) do
    local params, wrong = template.fill(settings.template_params, part, index, #parts)
    if not params then return nil, misconfigured("template_params " .. wrong) end
    bodies[index] = { code = settings.template_code, sign = settings.sign_name, params = json.encode(params) }
  end
  return bodies
end

local function parameters(body, number, name, settings)
  return {
    PhoneNumbers = number, SignName = body.sign, TemplateCode = body.code, TemplateParam = body.params, OutId = name,
    SmsUpExtendCode = settings.up_extend_code,
  }
end

--- Whether the platform has a message of this name: its receipt came, or it stands in the records of the day, newest first.
local function find(channel, number, name, since)
  if store.get(inbound.seen(name)) then return "out:" .. name end
  local day = time.rfc3339(since + 8 * 3600):sub(1, 10):gsub("-", "")
  for page = 1, 5 do
    local found = api.call(channel, "QuerySendDetails", {
      PhoneNumber = number, SendDate = day, PageSize = "50", CurrentPage = tostring(page),
    })
    if found.action ~= "ok" then return nil, found.reason, found.action == "failed" or found.action == "misconfigured" end
    local list = type(found.json.SmsSendDetailDTOs) == "table" and found.json.SmsSendDetailDTOs.SmsSendDetailDTO or {}
    for _, item in ipairs(type(list) == "table" and list or {}) do
      if item.OutId == name then return "out:" .. name end
    end
    if type(list) ~= "table" or #list < 50 then return false end
  end
  return false
end

--- Sends a message; long texts in several.
function M.send(message, channel)
  local e164 = phone.e164(message.recipient, "86")
  if not e164 then return failed("the customer's number is none that can be written to") end
  if consent.has_stopped(e164) then return failed(consent.REFUSAL) end
  -- Numbers of mainland China in 11 digits, others with their country code, without "+".
  local number = phone.national(e164, "86")
  local bodies, outcome = M.bodies(message, channel.settings)
  if not bodies then return outcome end
  return unsure.send(message, bodies, function(body, name)
    local found = api.call(channel, "SendSms", parameters(body, number, name, channel.settings))
    if found.action == "ok" then
      local id = found.json.BizId
      return { action = "ok", id = type(id) == "string" and id ~= "" and id or "out:" .. name }
    end
    if found.action == "lost" then return found end
    if found.action == "retry" then return { action = "stop", outcome = retry(found.reason, found.after) } end
    if found.action == "misconfigured" then return { action = "stop", outcome = misconfigured(found.reason) } end
    return { action = "stop", outcome = failed(found.reason) }
  end, function(_, name, since) return find(channel, number, name, since) end)
end

return M
