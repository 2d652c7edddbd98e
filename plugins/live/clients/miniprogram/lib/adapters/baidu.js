// SPDX-License-Identifier: Apache-2.0
// Baidu, 百度智能小程序. Source: smartprogram.baidu.com, API.
const { Adapter } = require("./adapter.js");

class BaiduAdapter extends Adapter {
  get name() {
    return "baidu";
  }

  get textType() {
    return "string";
  }

  /** `login` opens a sign-in page and is no longer kept up; `getLoginCode` asks nothing. */
  login() {
    const name = typeof this.api.getLoginCode === "function" ? "getLoginCode" : "login";
    return this.call(name, {}).then((answer) => this.codeOf(answer));
  }

  /** Gives an error back instead of throwing it. */
  readStorage(key) {
    const value = super.readStorage(key);
    return value && typeof value === "object" ? null : value;
  }

  get recording() {
    return Object.assign(super.recording, { format: "aac" });
  }
}

module.exports = { BaiduAdapter };
