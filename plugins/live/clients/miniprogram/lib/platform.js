// SPDX-License-Identifier: Apache-2.0
/* global wx, my, tt, swan, qq, ks */
/**
 * On which platform this runs, and its adapter: one interface of promises for all six.
 *
 * What an adapter can do stands in `adapters/adapter.js`; each platform's file holds only what is different there.
 */
const { WeChatAdapter } = require("./adapters/wechat.js");
const { AlipayAdapter } = require("./adapters/alipay.js");
const { DouyinAdapter } = require("./adapters/douyin.js");
const { BaiduAdapter } = require("./adapters/baidu.js");
const { QQAdapter } = require("./adapters/qq.js");
const { KuaishouAdapter } = require("./adapters/kuaishou.js");

/** WeChat comes last: some of the others also answer to `wx`. */
const platforms = [
  { name: "alipay", global: "my", Adapter: AlipayAdapter, api: () => (typeof my === "undefined" ? null : my) },
  { name: "baidu", global: "swan", Adapter: BaiduAdapter, api: () => (typeof swan === "undefined" ? null : swan) },
  { name: "douyin", global: "tt", Adapter: DouyinAdapter, api: () => (typeof tt === "undefined" ? null : tt) },
  { name: "kuaishou", global: "ks", Adapter: KuaishouAdapter, api: () => (typeof ks === "undefined" ? null : ks) },
  { name: "qq", global: "qq", Adapter: QQAdapter, api: () => (typeof qq === "undefined" ? null : qq) },
  { name: "wechat", global: "wx", Adapter: WeChatAdapter, api: () => (typeof wx === "undefined" ? null : wx) },
];

/** The adapter of the platform that this runs on. Throws where there is none. */
function detect() {
  for (const { Adapter, api } of platforms) {
    const found = api();
    if (found && typeof found.request === "function") return new Adapter(found);
  }
  throw new Error("This is no mini program: none of my, swan, tt, ks, qq and wx is here.");
}

/** The adapter of a platform by its name, over an API object of the caller's. */
function adapterFor(name, api) {
  const found = platforms.find((platform) => platform.name === name);
  if (!found) throw new Error(`There is no platform ${name}.`);
  return new found.Adapter(api);
}

module.exports = { detect, adapterFor, names: platforms.map((platform) => platform.name) };
