-- SPDX-License-Identifier: Apache-2.0
-- What WeCom signs and encrypts its bells with, by the channel's settings.
return function(settings)
  return {
    platform = "wecom", mode = "secure", format = "xml", receive_id = settings.corp_id, token = settings.token,
    encoding_aes_key = settings.encoding_aes_key, max_age = settings.max_age, previous_token = settings.previous_token,
    previous_encoding_aes_key = settings.previous_encoding_aes_key, previous_until = settings.previous_until,
  }
end
