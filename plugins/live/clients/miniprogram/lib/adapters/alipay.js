// SPDX-License-Identifier: Apache-2.0
// Alipay, 支付宝小程序: the one that differs most. Source: AlipayDocs/open-docs, mini/api.
const { Adapter, PlatformError } = require("./adapter.js");
const { GlobalSocket } = require("./alipay-socket.js");

/** Failures that are the customer's own "no": 11 of the album, 2001 of an authorisation. */
const cancelled = new Set([11, 2001]);

class AlipayAdapter extends Adapter {
  get name() {
    return "alipay";
  }

  call(name, options) {
    return super.call(name, options).catch((error) => {
      error.cancelled = error.cancelled || (name === "chooseImage" && cancelled.has(Number(error.code)));
      throw error;
    });
  }

  /** `headers` instead of `header`; `status` instead of `statusCode`. */
  requestOptions(wish) {
    const options = { url: wish.url, method: wish.method, headers: wish.headers, dataType: "text",
      timeout: wish.timeout };
    if (wish.body !== undefined) options.data = wish.body;
    return options;
  }

  answerOf(answer) {
    const data = answer.data;
    return {
      status: Number(answer.status || answer.statusCode), text: typeof data === "string" ? data : data
        ? JSON.stringify(data) : "",
    };
  }

  /** An answer with an error status is a failure here: error 19, with the status beside it or in its words. */
  answerOfFailure(answer) {
    if (!answer || Number(answer.error) !== 19) return null;
    const told = Number(answer.status) || Number((/\b([345]\d\d)\b/.exec(answer.errorMessage || "") || [])[1]);
    return told ? this.answerOf({ status: told, data: answer.data }) : null;
  }

  /** `fileName` was the name of `name`; `fileType` is still asked for by the simulator. */
  uploadOptions(wish) {
    return {
      url: wish.url, filePath: wish.path, name: "file", fileName: "file", fileType: wish.kind, header: wish.headers,
      hideLoading: true,
    };
  }

  /**
   * With `multiple` there is a task; before base library 2.3.1 one socket for the whole program, told of by global
   * events.
   */
  socket(url, events) {
    const hasTasks = typeof this.api.canIUse !== "function" || this.api.canIUse("connectSocket.object.multiple");
    return hasTasks ? super.socket(url, events) : new GlobalSocket(this.api, url, events, (answer) =>
      this.textOf(answer));
  }

  socketOptions(url, events) {
    return Object.assign(super.socketOptions(url, events), { multiple: true });
  }

  /** The text is in `data`, or one floor below it in a task's events. */
  textOf(answer) {
    const data = answer.data && typeof answer.data === "object" ? answer.data : answer;
    return !data.isBuffer && typeof data.data === "string" ? data.data : "";
  }

  isOnline() {
    return this.call("getNetworkType", {}).then((answer) => answer.networkAvailable !== false, () => true);
  }

  readStorage(key) {
    return this.api.getStorageSync({ key }).data;
  }

  writeStorage(key, text) {
    // Does not throw when it is full: it says so.
    const answer = this.api.setStorageSync({ key, data: text });
    if (answer && (answer.error || answer.success === false)) throw new PlatformError("setStorage", answer);
  }

  removeStorage(key) {
    this.api.removeStorageSync({ key });
  }

  /** Without asking the customer: `auth_base` tells who it is and nothing about them. */
  login() {
    return this.call("getAuthCode", { scopes: "auth_base" }).then((answer) => {
      if (!answer.authCode) throw new PlatformError("getAuthCode", answer);
      return { code: answer.authCode };
    });
  }

  pathsOf(answer) {
    return answer.apFilePaths || answer.tempFilePaths || [];
  }

  keepFile(path) {
    return this.call("saveFile", { apFilePath: path }).then((answer) => answer.apFilePath || path, () => path);
  }

  forgetFile(path) {
    return this.call("removeSavedFile", { apFilePath: path }).then(() => {}, () => {});
  }

  get recording() {
    return Object.assign(super.recording, { hideTips: true });
  }

  /** The index, not the address. */
  showPictures(urls, index) {
    this.api.previewImage({ urls, current: index });
  }

  /** Its reader knows nothing else. */
  get documents() {
    return ["pdf"];
  }

  copy(text) {
    return this.call("setClipboard", { text });
  }
}

module.exports = { AlipayAdapter };
