-- SPDX-License-Identifier: Apache-2.0
-- Certificate mode (公钥证书模式): serial numbers as Alipay computes them, and the chain of a certificate that Alipay sends anew.
-- Source: "AopCertification" of Alipay's SDKs; names by RFC 4514.
local asn1 = require "asn1"

local M = {}

local RSA = "1.2.840.113549.1.1"
local SCHEMES = { [RSA .. ".5"] = "rsa-sha1", [RSA .. ".11"] = "rsa-sha256", [RSA .. ".13"] = "rsa-sha512" }
local TYPES = {
  ["2.5.4.3"] = "CN", ["2.5.4.6"] = "C", ["2.5.4.7"] = "L", ["2.5.4.8"] = "ST", ["2.5.4.9"] = "STREET", ["2.5.4.10"] = "O", ["2.5.4.11"] = "OU",
  ["0.9.2342.19200300.100.1.25"] = "DC", ["0.9.2342.19200300.100.1.1"] = "UID",
}

local function escaped(value)
  value = value:gsub('[,+"\\<>;]', "\\%0")
  return (value:gsub("^[# ]", "\\%0"):gsub(" $", "\\ "))
end

--- A name, most specific part first.
local function name_of(der, element)
  local parts = {}
  for _, set in ipairs(asn1.children(der, element)) do
    local values = {}
    for _, pair in ipairs(asn1.children(der, set)) do
      local inner = asn1.children(der, pair)
      if not inner[2] then return nil end
      local oid = asn1.oid(asn1.content(der, inner[1]))
      local kind = TYPES[oid]
      values[#values + 1] = kind and kind .. "=" .. escaped(asn1.content(der, inner[2]))
        or oid .. "=#" .. crypto.hex(asn1.whole(der, inner[2]))
    end
    table.insert(parts, 1, table.concat(values, "+"))
  end
  return table.concat(parts, ",")
end

--- Seconds since 1970 of a validity's time (UTCTime or GeneralizedTime, in UTC).
local function time_of(der, element)
  local words = asn1.content(der, element)
  if element.tag == 0x17 then words = (tonumber(words:sub(1, 2)) or 0) >= 50 and "19" .. words or "20" .. words end
  local y, mo, d, h, mi, s = words:match("^(%d%d%d%d)(%d%d)(%d%d)(%d%d)(%d%d)(%d%d)Z$")
  return y and time.parse_rfc3339(y .. "-" .. mo .. "-" .. d .. "T" .. h .. ":" .. mi .. ":" .. s .. "Z")
end

local function parse(der, pem)
  local outer = asn1.element(der, 1)
  local whole = outer and asn1.children(der, outer) or {}
  local tbs, signature = whole[1], whole[3]
  if not signature then return nil end
  local f = asn1.children(der, tbs)
  if f[1] and f[1].tag == 0xA0 then table.remove(f, 1) end
  if not f[6] then return nil end
  local algorithm, times = asn1.children(der, f[2])[1], asn1.children(der, f[4])
  if not algorithm or not times[2] then return nil end
  return {
    pem = pem, serial = asn1.decimal(asn1.content(der, f[1])), signature_oid = asn1.oid(asn1.content(der, algorithm)),
    issuer = name_of(der, f[3]), subject = name_of(der, f[5]), begins = time_of(der, times[1]), ends = time_of(der, times[2]),
    signed = asn1.whole(der, tbs), signature = asn1.content(der, signature):sub(2),
    is_authority = der:find("\x06\x03\x55\x1d\x13\x01\x01\xff\x04.\x30.\x01\x01\xff") ~= nil
      or der:find("\x06\x03\x55\x1d\x13\x04.\x30.\x01\x01\xff") ~= nil,
  }
end

--- The certificates of a PEM text, in order.
---@param text_of_pem string
---@return table[]
function M.read(text_of_pem)
  local list = {}
  for body in text_of_pem:gmatch("%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-(.-)%-%-%-%-%-END CERTIFICATE%-%-%-%-%-") do
    local der = crypto.unbase64((body:gsub("%s", "")))
    local pem = "-----BEGIN CERTIFICATE-----\n" .. body:gsub("^%s+", ""):gsub("%s+$", "") .. "\n-----END CERTIFICATE-----\n"
    local found = der and parse(der, pem)
    if found then list[#list + 1] = found end
    if #list == 32 then break end
  end
  return list
end

--- A certificate's serial number as Alipay counts: over issuer and serial.
function M.serial(certificate) return crypto.digest("md5", certificate.issuer .. certificate.serial, "hex") end

--- The one of a file of roots: of those that are signed by RSA, in order.
---@param certificates table[]
function M.root_serial(certificates)
  local list = {}
  for _, item in ipairs(certificates) do
    if item.signature_oid:sub(1, #RSA) == RSA then list[#list + 1] = M.serial(item) end
  end
  return table.concat(list, "_")
end

local function is_signed_by(certificate, issuer)
  local scheme = SCHEMES[certificate.signature_oid]
  if not scheme then return false end
  return crypto.verify { scheme = scheme, key = issuer.pem, data = certificate.signed, signature = certificate.signature } == true
end

local function is_valid_now(certificate)
  local now = time.now()
  return certificate.begins ~= nil and certificate.ends ~= nil and certificate.begins <= now and now <= certificate.ends
end

--- Whether the first of these certificates leads, by those after it, to one of the roots; all valid now, all issuers authorities.
---@param chain table[]
---@param roots table[]
function M.is_trusted(chain, roots)
  local current = chain[1]
  for _ = 1, 5 do
    if not current or not is_valid_now(current) then return false end
    for _, root in ipairs(roots) do
      if root.subject == current.issuer and is_valid_now(root) and is_signed_by(current, root) then return true end
    end
    local above
    for _, item in ipairs(chain) do
      if item ~= current and item.subject == current.issuer and item.is_authority and is_signed_by(current, item) then above = item end
    end
    current = above
  end
  return false
end

return M
