-- SPDX-License-Identifier: Apache-2.0
-- The channel's keys, as operators paste them: PEM, or Base64 without its lines; private ones as PKCS#8 or PKCS#1.
local asn1 = require "asn1"
local certificate = require "certificate"

local M = {}

--- A key as the host's crypto takes it.
---@return string?
function M.normal(value)
  if type(value) ~= "string" then return nil end
  if value:find("-----BEGIN", 1, true) then return value end
  return (crypto.unbase64((value:gsub("%s", ""))))
end

local function der_of(value)
  local key = M.normal(value)
  local body = key and key:match("%-%-%-%-%-BEGIN [^\n]-%-%-%-%-%-(.-)%-%-%-%-%-END")
  if body then return (crypto.unbase64((body:gsub("%s", "")))) end
  return key
end

--- The public key of a private RSA key, Base64 on one line, as Alipay wants it in answers.
---@return string?
function M.public_of(private_key)
  local der = der_of(private_key)
  local outer = der and asn1.element(der, 1)
  local parts = outer and asn1.children(der, outer) or {}
  if parts[3] and parts[2].tag == 0x30 and parts[3].tag == 0x04 then
    der = asn1.content(der, parts[3])
    outer = asn1.element(der, 1)
    parts = outer and asn1.children(der, outer) or {}
  end
  if not parts[3] or parts[2].tag ~= 0x02 or parts[3].tag ~= 0x02 then return nil end
  local pair = asn1.make(0x30, asn1.whole(der, parts[2]) .. asn1.whole(der, parts[3]))
  local algorithm = asn1.make(0x30, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00")
  return crypto.base64(asn1.make(0x30, algorithm .. asn1.make(0x03, "\0" .. pair)))
end

--- RSA2: SHA256withRSA.
---@return string? base64, string? reason
function M.sign(settings, data)
  local key = M.normal(settings.app_private_key)
  if not key then return nil, "app_private_key is neither PEM nor Base64" end
  local signature = crypto.sign { scheme = "rsa-sha256", key = key, data = data, form = "base64" }
  if not signature then return nil, "app_private_key cannot sign" end
  return signature
end

--- The key that Alipay signs with: the certificate that was fetched last, the one of the settings, or the public key.
local function platform_key(settings)
  if settings.alipay_cert then return store.get("alipay_cert") or settings.alipay_cert end
  return M.normal(settings.alipay_public_key)
end

--- Whether Alipay signed this.
---@param signature string base64
function M.verify(settings, data, signature)
  local bytes, key = crypto.unbase64(signature), platform_key(settings)
  if not bytes or not key then return false end
  return crypto.verify { scheme = "rsa-sha256", key = key, data = data, signature = bytes } == true
end

local function first(pem) return pem and certificate.read(pem)[1] end

--- The serial numbers that certificate mode adds to a request; nil in public-key mode.
---@return { app_cert_sn: string, alipay_root_cert_sn: string }?
function M.serials(settings)
  local own = first(settings.app_cert)
  if not own or not settings.alipay_root_cert then return nil end
  return { app_cert_sn = certificate.serial(own), alipay_root_cert_sn = certificate.root_serial(certificate.read(settings.alipay_root_cert)) }
end

--- The serial number of the certificate in force; nil in public-key mode.
function M.platform_serial(settings)
  local own = settings.alipay_cert and first(platform_key(settings))
  return own and certificate.serial(own) or nil
end

--- Takes a certificate that Alipay sent anew, if it leads to the roots and names whom the one of the settings names: any merchant has a
--- certificate of the same authority.
---@return boolean
function M.replace(settings, pem)
  local chain = certificate.read(pem)
  local known = first(settings.alipay_cert)
  if not chain[1] or not known or chain[1].subject ~= known.subject then return false end
  if not certificate.is_trusted(chain, certificate.read(settings.alipay_root_cert or "")) then return false end
  store.set("alipay_cert", pem)
  return true
end

--- What is wrong with the keys; nil where nothing is.
function M.problem(settings)
  local _, reason = M.sign(settings, "x")
  if reason then return reason end
  if settings.alipay_cert or settings.app_cert or settings.alipay_root_cert then
    if not M.serials(settings) then return "certificate mode needs app_cert, alipay_cert and alipay_root_cert, all in PEM" end
    if not M.platform_serial(settings) then return "alipay_cert is no certificate" end
    return nil
  end
  local key = M.normal(settings.alipay_public_key)
  if not key then return "alipay_public_key is missing, or neither PEM nor Base64" end
  local verdict = crypto.verify { scheme = "rsa-sha256", key = key, data = "x", signature = ("\0"):rep(256) }
  return verdict == nil and "alipay_public_key is no public key" or nil
end

return M
