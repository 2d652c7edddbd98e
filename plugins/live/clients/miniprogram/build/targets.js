// SPDX-License-Identifier: Apache-2.0
/** What each platform calls its files and its template's words. */
const targets = {
  wechat: { template: "wxml", style: "wxss", prefix: "wx:", define: "define.js" },
  alipay: { template: "axml", style: "acss", prefix: "a:", define: "define.alipay.js", events: "on" },
  douyin: { template: "ttml", style: "ttss", prefix: "tt:", define: "define.js" },
  baidu: { template: "swan", style: "css", prefix: "s-", define: "define.js", isSwan: true },
  qq: { template: "qml", style: "qss", prefix: "qq:", define: "define.js" },
  kuaishou: { template: "ksml", style: "css", prefix: "ks:", define: "define.js" },
};

module.exports = { targets };
