// SPDX-License-Identifier: Apache-2.0
// Douyin, 抖音小程序. Source: developer.open-douyin.com, 小程序 API.
const { Adapter, PlatformError } = require("./adapter.js");

class DouyinAdapter extends Adapter {
  get name() {
    return "douyin";
  }

  get textType() {
    return "string";
  }

  /** `force` would open a sign-in page: who is a guest in Douyin is a guest here, known by the anonymous code. */
  login() {
    return this.call("login", { force: false }).then((answer) => {
      if (!answer.code && !answer.anonymousCode) throw new PlatformError("login", answer);
      const login = {};
      if (answer.code) login.code = answer.code;
      if (answer.anonymousCode) login.anonymous_code = answer.anonymousCode;
      return login;
    });
  }

  get recording() {
    return Object.assign(super.recording, { format: "aac" });
  }
}

module.exports = { DouyinAdapter };
