// SPDX-License-Identifier: Apache-2.0
// QQ, QQ 小程序: as WeChat once was. Source: q.qq.com/wiki/develop/miniprogram/API.
const { Adapter } = require("./adapter.js");

class QQAdapter extends Adapter {
  get name() {
    return "qq";
  }
}

module.exports = { QQAdapter };
