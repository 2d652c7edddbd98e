// SPDX-License-Identifier: Apache-2.0
// WeChat, 微信小程序. Source: developers.weixin.qq.com/miniprogram/dev/api.
const { Adapter } = require("./adapter.js");

class WeChatAdapter extends Adapter {
  get name() {
    return "wechat";
  }

  /** `chooseImage` is no longer maintained where there is `chooseMedia`. */
  chooseImages(count) {
    if (typeof this.api.chooseMedia !== "function") return super.chooseImages(count);
    const wish = { count, mediaType: ["image"], sizeType: ["compressed"], sourceType: ["album", "camera"] };
    return this.call("chooseMedia", wish).then((answer) => answer.tempFiles.map((file) => file.tempFilePath));
  }

  keepFile(path) {
    const files = typeof this.api.getFileSystemManager === "function" ? this.api.getFileSystemManager() : null;
    if (!files) return super.keepFile(path);
    return new Promise((resolve) => {
      files.saveFile({ tempFilePath: path, success: (answer) => resolve(answer.savedFilePath),
        fail: () => resolve(path) });
    });
  }

  forgetFile(path) {
    const files = typeof this.api.getFileSystemManager === "function" ? this.api.getFileSystemManager() : null;
    if (!files) return super.forgetFile(path);
    return new Promise((resolve) => files.removeSavedFile({ filePath: path, success: () => resolve(), fail: () =>
      resolve() }));
  }
}

module.exports = { WeChatAdapter };
