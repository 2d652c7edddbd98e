-- SPDX-License-Identifier: Apache-2.0
local graph = require "meta_platform.stand_in"
local stand_in = require "stand_in"

return {
  faults = graph.FAULTS,
  answer = graph.answer(function(body)
    return { messaging_product = "whatsapp", contacts = { { wa_id = body.to } }, messages = { { id = "wamid." .. stand_in.id() } } }
  end),
}
