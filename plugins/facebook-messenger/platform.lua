-- SPDX-License-Identifier: Apache-2.0
local graph = require "meta_platform.stand_in"
local stand_in = require "stand_in"

return {
  faults = graph.FAULTS,
  answer = graph.answer(function(body) return { recipient_id = body.recipient.id, message_id = "m_" .. stand_in.id() } end),
}
