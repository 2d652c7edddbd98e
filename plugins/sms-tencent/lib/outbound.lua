-- SPDX-License-Identifier: Apache-2.0
-- A message of ours as SendSms calls: an approved template with our words in its variables.
local api = require "api"
local consent = require "sms.consent"
local phone = require "sms.phone"
local template = require "sms.template"
local unsure = require "sms.unsure"

local M = {}

local function texts(list)
  local out = array {}
  for index, value in ipairs(list) do out[index] = tostring(value) end
  return out
end

--- A template that a rule or agent chose: `fields.template = { id, params = { … } }`.
local function chosen(message, settings)
  local given = message.fields.template
  if type(given) ~= "table" or given.id == nil then return nil end
  return { {
    id = tostring(given.id), sign = type(given.sign) == "string" and given.sign or settings.sign_name,
    params = texts(type(given.params) == "table" and given.params or {}),
  } }
end

--- The calls for a message.
---@return table[]? bodies, table? outcome
function M.bodies(message, settings)
  local bodies = chosen(message, settings)
  if bodies then return bodies end
  if not settings.template_id then return nil, misconfigured("template_id is not set, and Tencent sends templates only") end
  local words, reason = template.words(message)
  if not words then return nil, failed(reason) end
  if words == "" then return nil, failed("there is nothing to send") end
  local parts, problem = template.parts(words, settings.template_params, settings.variable_limit, settings.max_parts)
  if not parts then return nil, failed(problem) end
  bodies = {}
  for index, part in ipairs(parts) do
    local params, wrong = template.fill(settings.template_params, part, index, #parts)
    if not params then return nil, misconfigured("template_params " .. wrong) end
    if next(params) ~= nil and params[1] == nil then return nil, misconfigured("template_params is no JSON list") end
    bodies[index] = { id = settings.template_id, sign = settings.sign_name, params = params }
  end
  return bodies
end

local function request_of(body, number, name, settings)
  return {
    PhoneNumberSet = array { number }, SmsSdkAppId = settings.sdk_app_id, TemplateId = body.id, TemplateParamSet = body.params,
    -- Numbers outside of mainland China are written to without a signature.
    SignName = number:sub(1, 3) == "+86" and body.sign or nil, SenderId = number:sub(1, 3) ~= "+86" and settings.sender_id or nil,
    SessionContext = name, ExtendCode = settings.extend_code,
  }
end

--- What became of a call: the code of the number counts, not that of the answer.
local function result_of(found, number)
  if found.action ~= "ok" then return found end
  local set = found.json.SendStatusSet
  local status = type(set) == "table" and set[1]
  if type(status) ~= "table" then return { action = "lost", reason = "the answer names no number" } end
  local result = api.meaning(tostring(status.Code), tostring(status.Message or ""))
  result.id = type(status.SerialNo) == "string" and status.SerialNo ~= "" and status.SerialNo or nil
  if result.code == "FailedOperation.PhoneNumberInBlacklist" then consent.keep("opt_out", number) end
  return result
end

--- Whether the platform has a message of this name.
local function find(channel, number, name, since)
  local found = api.call(channel, "PullSmsSendStatusByPhoneNumber", {
    BeginTime = since - 600, Offset = 0, Limit = 100, PhoneNumber = number, SmsSdkAppId = channel.settings.sdk_app_id,
  })
  if found.action ~= "ok" then return nil, found.reason, found.action == "failed" or found.action == "misconfigured" end
  local set = found.json.PullSmsSendStatusSet
  for _, item in ipairs(type(set) == "table" and set or {}) do
    if item.SessionContext == name then return type(item.SerialNo) == "string" and item.SerialNo or name end
  end
  return false
end

--- Sends a message; long texts in several.
function M.send(message, channel)
  local number = phone.e164(message.recipient, "86")
  if not number then return failed("the customer's number is none that can be written to") end
  if consent.has_stopped(number) then return failed(consent.REFUSAL) end
  local bodies, outcome = M.bodies(message, channel.settings)
  if not bodies then return outcome end
  return unsure.send(message, bodies, function(body, name)
    local result = result_of(api.call(channel, "SendSms", request_of(body, number, name, channel.settings)), number)
    if result.action == "ok" or result.action == "lost" then return result end
    if result.action == "retry" then return { action = "stop", outcome = retry(result.reason, result.after) } end
    if result.action == "misconfigured" then return { action = "stop", outcome = misconfigured(result.reason) } end
    return { action = "stop", outcome = failed(result.reason) }
  end, function(_, name, since) return find(channel, number, name, since) end)
end

return M
