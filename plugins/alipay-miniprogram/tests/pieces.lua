-- SPDX-License-Identifier: Apache-2.0
-- Charset, keys, certificates and the answer's envelope.
local answer = require "answer"
local certificate = require "certificate"
local gb18030 = require "gb18030"
local keys = require "keys"

test("GB18030 is read and written: one, two and four bytes", function(t)
  for _, pair in ipairs {
    { "abc", "abc" }, { "\xd6\xd0\xce\xc4", "中文" }, { "\xa2\xe3", "€" }, { "\x81\x30\x81\x30", "\u{80}" }, { "\x84\x31\xa4\x37", "\u{fffd}" },
    { "\x90\x30\x81\x30", "\u{10000}" }, { "\x94\x39\xfc\x36", "😀" }, { "\xe3\x32\x9a\x35", "\u{10ffff}" }, { "\x81\x40", "丂" }, { "\xfe\x4f", "\u{e815}" },
  } do
    local found = gb18030.decode(pair[1])
    if pair[2] ~= "\u{e815}" then t.equal(found, pair[2]) end
    t.equal(gb18030.encode(found), pair[1])
  end
end)

test("bytes out of place are no GB18030", function(t)
  for _, bytes in ipairs { "\x80", "\xff", "\x81", "\x81\x30", "\x81\x30\x81", "\x81\x30\x80\x30", "\x81\x7f", "\x81\xff", "\x84\x32\x81\x30", "\xe3\x32\x9a\x36" } do
    t.equal(gb18030.decode(bytes), nil, crypto.hex(bytes))
  end
end)

test("serial numbers are those that openssl's view of issuer and serial gives", function(t)
  local c = t.vectors("certificates")
  t.equal(certificate.serial(certificate.read(c.app_cert)[1]), c.serials.app_cert)
  t.equal(certificate.serial(certificate.read(c.new_cert)[1]), c.serials.new_cert)
  t.equal(certificate.root_serial(certificate.read(c.root)), c.serials.root)
  t.equal(certificate.read(c.app_cert)[1].subject, "CN=2021681096536144,O=Shop\\, Inc,C=CN")
end)

test("a new certificate of Alipay counts only if its chain and its name are right, and now", function(t)
  t.at(time.parse_rfc3339("2027-01-01T00:00:00Z"))
  local c = t.vectors("certificates")
  local settings = { alipay_cert = c.alipay_cert, alipay_root_cert = c.root, app_cert = c.app_cert, app_private_key = c.app_key }
  t.equal(keys.platform_serial(settings), c.serials.alipay_cert)
  t.equal(keys.replace(settings, c.app_cert), false, "a merchant of the same authority")
  t.equal(keys.replace(settings, c.forged), false, "issued by a merchant")
  t.equal(keys.replace(settings, ""), false)
  t.at(time.parse_rfc3339("2026-01-01T00:00:00Z"))
  t.equal(keys.replace(settings, c.new_cert), false, "not valid yet")
  t.at(time.parse_rfc3339("2027-01-01T00:00:00Z"))
  local stranger = certificate.read(c.app_cert)[1].pem
  t.equal(keys.replace({ alipay_cert = c.alipay_cert, alipay_root_cert = stranger }, c.new_cert), false, "another root")
  t.equal(keys.replace(settings, c.new_cert), true)
  t.equal(keys.platform_serial(settings), c.serials.new_cert)
end)

test("private keys sign alike in PEM, as Base64, in PKCS#8 and PKCS#1", function(t)
  local c = t.vectors("certificates")
  local function bare(pem) return (pem:gsub("%-%-%-%-%-[^\n]-%-%-%-%-%-", ""):gsub("%s", "")) end
  local expected = keys.sign({ app_private_key = c.app_key }, "x")
  for _, form in ipairs { bare(c.app_key), c.app_key_pkcs1, bare(c.app_key_pkcs1) } do
    t.equal(keys.sign({ app_private_key = form }, "x"), expected)
    t.equal(keys.public_of(form), c.app_public)
  end
  t.equal(keys.sign({ app_private_key = "nonsense" }, "x"), nil)
  t.equal(keys.public_of("nonsense"), nil)
end)

test("mistakes in the keys are told before anybody waits", function(t)
  local c = t.vectors("certificates")
  t.equal(keys.problem({ app_private_key = c.app_key, alipay_public_key = c.app_public }), nil)
  t.truthy(keys.problem({ app_private_key = c.app_key }):find("alipay_public_key", 1, true))
  t.truthy(keys.problem({ app_private_key = c.app_key, alipay_public_key = "eHg=" }):find("alipay_public_key", 1, true))
  t.truthy(keys.problem({ app_private_key = "x", alipay_public_key = c.app_public }):find("app_private_key", 1, true))
  t.truthy(keys.problem({ app_private_key = c.app_key, app_cert = c.app_cert }):find("certificate mode", 1, true))
end)

test("members of an object are cut out as they stand", function(t)
  t.equal(answer.members('{"a": {"b":"}\\"]"} ,"s":"x\\\\" , "n":12}'), { a = '{"b":"}\\"]"}', s = '"x\\\\"', n = "12" })
  t.equal(answer.members("{}"), nil)
  for _, bad in ipairs { "", "[]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{"a":1}x', '{"a":1,"a":2}', '{"a":{"b":1}', '{"a":"x}', '{"a":1 "b":2}' } do
    t.equal(answer.members(bad), nil, bad)
  end
end)

test("an answer that is not whole and signed under its own name is never used", function(t)
  local f = t.vectors("vectors").fixtures
  local settings = { alipay_public_key = f.app.alipay_public_key }
  local function signed(raw)
    return crypto.sign { scheme = "rsa-sha256", key = f.platform_key_for_tests.alipay_private_key, data = raw, form = "base64" }
  end
  local good = '{"code":"10000","msg":"Success"}'
  local function read(body, status) return answer.read({ status = status or 200, body = body }, "a.b", settings).outcome end
  t.equal(read('{"a_b_response":' .. good .. ',"sign":"' .. signed(good) .. '"}'), "ok")
  t.equal(read('{"sign":"' .. signed(good) .. '","a_b_response":' .. good .. "}"), "ok")
  t.equal(read('{"a_b_response":' .. good .. "}"), "unknown")
  t.equal(read('{"a_c_response":' .. good .. ',"sign":"' .. signed(good) .. '"}'), "unknown")
  t.equal(read('{"a_b_response":' .. good .. ',"a_b_response":' .. good .. ',"sign":"' .. signed(good) .. '"}'), "unknown")
  t.equal(read('{"error_response":' .. good .. "}"), "unknown")
  t.equal(read('{"error_response":{"code":"40004","sub_code":"X"}}'), "refused")
  t.equal(read('{"error_response":{"code":"40004","sub_code":"isp.X"}}'), "later")
  t.equal(read('{"error_response":{"code":"10003"}}'), "refused")
  t.equal(read('{"error_response":{}}'), "unknown")
  t.equal(read("<html>"), "unknown")
  t.equal(read("", 502), "later")
end)
