-- SPDX-License-Identifier: Apache-2.0
-- What we sell, from data/products.json.
local products = {}
local all = data "products"

--- The product that a text speaks of; nil if none.
---@param text string?
---@return table?
function products.find(text)
  local folded = fold(text or "")
  for _, product in ipairs(all) do
    for _, word in ipairs(product.words) do
      if folded:find(word, 1, true) then return product end
    end
  end
  return nil
end

---@param product table
---@param language string?
---@return string
function products.name(product, language)
  return (language or ""):sub(1, 2) == "en" and product.en or product.zh
end

return products
