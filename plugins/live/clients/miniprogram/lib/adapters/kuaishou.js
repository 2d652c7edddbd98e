// SPDX-License-Identifier: Apache-2.0
// Kuaishou, 快手小程序. Source: mp.kuaishou.com/docs/develop/api-next.
const { Adapter } = require("./adapter.js");

class KuaishouAdapter extends Adapter {
  get name() {
    return "kuaishou";
  }

  get recording() {
    return Object.assign(super.recording, { format: "aac" });
  }
}

module.exports = { KuaishouAdapter };
