-- SPDX-License-Identifier: Apache-2.0
-- What we sell, from data/products.json, and what we say about it.
local products = {}
local all = data "products"
if #all == 0 then error("data/products.json has no product; add one, or take the rules about prices out of autoreply/answers.lua", 0) end

--- The first of the list, for examples.
products.first = all[1]

-- As `fold` gives them: small letters, full-width forms as ordinary ones.
for _, product in ipairs(all) do
  product.folded = { fold(product.zh), fold(product.en) }
  for _, word in ipairs(product.words) do table.insert(product.folded, fold(word)) end
end

--- The product that a text speaks of, and the word for it; nil if none.
---@param text string?
---@return table?, string?
function products.find(text)
  local folded = fold(text or "")
  for _, product in ipairs(all) do
    for _, word in ipairs(product.folded) do
      if folded:find(word, 1, true) then return product, word end
    end
  end
  return nil
end

-- What may stand beside a name without making it a question.
local around = { "帆布", "无线", "套装", "那个", "这个", "的", "吧", "呢", "canvas", "wireless", "the", "please" }

--- Whether a text is a product's name and nothing else.
---@param text string?
---@return boolean
function products.is_only_name(text)
  local product, word = products.find(text)
  if not product then return false end
  local rest = fold(text):gsub("[%p%s]", "")
  for _, part in ipairs({ word, table.unpack(around) }) do
    local from, to = rest:find(part:gsub("%s", ""), 1, true)
    if from then rest = rest:sub(1, from - 1) .. rest:sub(to + 1) end
  end
  return rest == "" or rest == "s" or rest == "。" or rest == "，"
end

---@param product table
---@param language string?
---@return string
function products.name(product, language)
  return (language or ""):sub(1, 2) == "en" and product.en or product.zh
end

--- All names, for "which one?".
---@param language string?
---@return string
function products.list(language)
  local names = {}
  for i, product in ipairs(all) do names[i] = products.name(product, language) end
  return table.concat(names, (language or ""):sub(1, 2) == "en" and ", " or "、")
end

---@param product table
---@param language string?
---@return string
function products.price(product, language)
  return i18n("price_of", { item = products.name(product, language), price = product.price })
end

---@param product table
---@param language string?
---@return string
function products.stock(product, language)
  return i18n(product.in_stock and "stock_yes" or "stock_no", { item = products.name(product, language) })
end

---@param product table
---@param language string?
---@return string
function products.both(product, language)
  return products.price(product, language) .. "\n" .. products.stock(product, language)
end

return products
