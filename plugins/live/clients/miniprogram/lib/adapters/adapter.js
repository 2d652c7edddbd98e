// SPDX-License-Identifier: Apache-2.0
const { Recorder } = require("./recorder.js");
const { TaskSocket } = require("./socket.js");

/** What a platform refused or could not do. `cancelled`: the customer changed their mind, which is no error. */
class PlatformError extends Error {
  constructor(what, answer) {
    const words = (answer && (answer.errMsg || answer.errorMessage || answer.message)) || "failed";
    super(`${what}: ${words}`);
    this.code = answer ? answer.errCode || answer.errNo || answer.error || null : null;
    this.cancelled = /cancel/i.test(String(words));
  }
}

/**
 * The one interface. This is how most platforms do it (WeChat's way); a platform's own file overrides what differs.
 *
 * `request` and `upload` resolve with `{ status, text }` for every answer of the server, whatever its status, and
 * reject only where there was none.
 */
class Adapter {
  constructor(api) {
    this.api = api;
  }

  /** `api[name]({…options, success, fail})` as a promise. */
  call(name, options) {
    return new Promise((resolve, reject) => {
      if (typeof this.api[name] !== "function") {
        reject(new PlatformError(name, { errMsg: "this version of the app does not have it" }));
        return;
      }
      this.api[name](Object.assign({}, options, { success: resolve, fail: (answer) =>
        reject(new PlatformError(name, answer)) }));
    });
  }

  // Network

  /**
   * @param wish `{ method, url, headers, body, timeout }`; `body` a text, `timeout` in ms
   * @returns a promise with an `abort()`
   */
  request(wish) {
    let task = null;
    const promise = new Promise((resolve, reject) => {
      task = this.api.request(Object.assign(this.requestOptions(wish), {
        success: (answer) => resolve(this.answerOf(answer)),
        fail: (answer) => {
          const told = this.answerOfFailure(answer);
          if (told) resolve(told);
          else reject(new PlatformError("request", answer));
        },
      }));
    });
    promise.abort = () => {
      if (task && typeof task.abort === "function") task.abort();
    };
    return promise;
  }

  requestOptions(wish) {
    const options = {
      url: wish.url, method: wish.method, header: wish.headers, dataType: this.textType, responseType: "text",
      timeout: wish.timeout,
    };
    if (wish.body !== undefined) options.data = wish.body;
    return options;
  }

  /** `dataType` that leaves an answer as it is: parsing is ours, for an empty answer is no error. */
  get textType() {
    return "text";
  }

  answerOf(answer) {
    const data = answer.data;
    return { status: Number(answer.statusCode), text: typeof data === "string" ? data : data ? JSON.stringify(data)
      : "" };
  }

  /** Where a platform calls an answer with an error status a failure. */
  answerOfFailure() {
    return null;
  }

  /**
   * Uploads a file as a form.
   * @param wish `{ url, path, headers, kind, progress(percent) }`; `kind` is `image` or `audio`; progress where the
   * platform tells it
   * @returns a promise with an `abort()`
   */
  upload(wish) {
    let task = null;
    let abort = null;
    const promise = new Promise((resolve, reject) => {
      // Not every platform's task tells of its own end.
      abort = () => reject(new PlatformError("uploadFile", { errMsg: "abort" }));
      task = this.api.uploadFile(Object.assign(this.uploadOptions(wish), {
        success: (answer) => resolve(this.answerOf(answer)),
        fail: (answer) => reject(new PlatformError("uploadFile", answer)),
      }));
      if (wish.progress && task && typeof task.onProgressUpdate === "function") {
        task.onProgressUpdate((answer) => wish.progress(Math.min(100, Math.floor(Number(answer.progress) || 0))));
      }
    });
    promise.abort = () => {
      if (task && typeof task.abort === "function") task.abort();
      abort();
    };
    return promise;
  }

  uploadOptions(wish) {
    return { url: wish.url, filePath: wish.path, name: "file", header: wish.headers };
  }

  /** Opens a WebSocket. @param events `{ open(), message(text), close(code) }`; exactly one `close` ends it */
  socket(url, events) {
    return new TaskSocket(this.api.connectSocket(this.socketOptions(url, events)), events, (data) => this.textOf(data));
  }

  socketOptions(url, events) {
    // Some versions return no task that tells of a refusal.
    return { url, success() {}, fail: () => events.refused && events.refused() };
  }

  /** The text of a socket's message. */
  textOf(answer) {
    return typeof answer.data === "string" ? answer.data : "";
  }

  isOnline() {
    return this.call("getNetworkType", {}).then((answer) => answer.networkType !== "none", () => true);
  }

  /** `listener(isConnected)` at every change; returns what ends it. */
  onNetwork(listener) {
    const heard = (answer) => listener(answer.isConnected !== false);
    return this.listen("NetworkStatusChange", heard);
  }

  onShow(listener) {
    return this.listen("AppShow", listener);
  }

  onHide(listener) {
    return this.listen("AppHide", listener);
  }

  /** `onX`, and `offX` where there is one. */
  listen(event, listener) {
    let isOn = true;
    const heard = (answer) => isOn && listener(answer || {});
    const on = this.api[`on${event}`];
    if (typeof on === "function") on.call(this.api, heard);
    return () => {
      isOn = false;
      const off = this.api[`off${event}`];
      if (typeof off === "function") off.call(this.api, heard);
    };
  }

  // Storage: texts by key, at once and lasting

  read(key) {
    try {
      const value = this.readStorage(key);
      return typeof value === "string" && value !== "" ? value : null;
    } catch (error) {
      return null;
    }
  }

  /** Whether it is kept: storage may be full. */
  write(key, text) {
    try {
      this.writeStorage(key, text);
      return true;
    } catch (error) {
      return false;
    }
  }

  remove(key) {
    try {
      this.removeStorage(key);
    } catch (error) {
      // There was none.
    }
  }

  readStorage(key) {
    return this.api.getStorageSync(key);
  }

  writeStorage(key, text) {
    this.api.setStorageSync(key, text);
  }

  removeStorage(key) {
    this.api.removeStorageSync(key);
  }

  // People and their things

  /** What the desk's login wants: `{ code, … }`. */
  login() {
    return this.call("login", {}).then((answer) => this.codeOf(answer));
  }

  codeOf(answer) {
    if (!answer.code) throw new PlatformError("login", answer);
    return { code: answer.code };
  }

  /** Paths of pictures that the customer took or chose. */
  chooseImages(count) {
    return this.call("chooseImage", { count, sizeType: ["compressed"],
      sourceType: ["album", "camera"] }).then((answer) => this.pathsOf(answer));
  }

  pathsOf(answer) {
    return answer.tempFilePaths || [];
  }

  /** Moves a temporary file to where it stays until it is sent; resolves with its path. */
  keepFile(path) {
    return this.call("saveFile", { tempFilePath: path }).then((answer) => answer.savedFilePath || path, () => path);
  }

  forgetFile(path) {
    return this.call("removeSavedFile", { filePath: path }).then(() => {}, () => {});
  }

  /** One for the program: `start()`, `stop()`, `cancel()`. */
  recorder() {
    if (!this.ownRecorder) this.ownRecorder = new Recorder(this.api.getRecorderManager(), this.recording);
    return this.ownRecorder;
  }

  canRecord() {
    return typeof this.api.getRecorderManager === "function";
  }

  /** How sound is recorded: one channel for speech, at most a minute. */
  get recording() {
    return { duration: 60000, sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 48000, format: "mp3" };
  }

  play(url) {
    if (this.player) this.player.destroy();
    this.player = this.api.createInnerAudioContext();
    this.player.src = url;
    this.player.play();
  }

  showPictures(urls, index) {
    this.api.previewImage({ urls, current: urls[index] });
  }

  /** Documents that the platform opens itself, by the ends of their names. */
  get documents() {
    return ["doc", "docx", "xls", "xlsx", "ppt", "pptx", "pdf"];
  }

  canOpen(type) {
    return this.documents.includes(type) && typeof this.api.openDocument === "function"
      && typeof this.api.downloadFile === "function";
  }

  /** Fetches a document and shows it in the platform's own reader. */
  openDocument(url, type) {
    return this.call("downloadFile", { url }).then((answer) => {
      const status = Number(answer.statusCode || 200);
      if (status >= 300) throw new PlatformError("downloadFile", { errMsg: `HTTP ${status}` });
      const filePath = answer.tempFilePath || answer.apFilePath || answer.filePath;
      return this.call("openDocument", { filePath, fileType: type, showMenu: true });
    });
  }

  copy(text) {
    return this.call("setClipboardData", { data: text });
  }
}

module.exports = { Adapter, PlatformError };
