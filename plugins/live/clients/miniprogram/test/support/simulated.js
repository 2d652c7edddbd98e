// SPDX-License-Identifier: Apache-2.0
// The six platforms' API objects as they are documented, each with its own names and manners, over a simulated phone:
// one network, one storage that outlives the program, an album, a microphone. Nothing here knows our client.
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { Network } = require("./network.js");

/** One customer's phone with one mini program on it. */
class Phone {
  /** @param platforms the stand-in for the platforms' servers, which gives the codes */
  constructor(name, platforms, user = `${name}-${crypto.randomBytes(6).toString("hex")}`) {
    this.name = name;
    this.platforms = platforms;
    this.user = user;
    this.network = new Network();
    this.storage = new Map();
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "luadesk-phone-"));
    this.picture = null;
    this.sound = Buffer.from([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc, 1, 2, 3]);
    this.microphoneIsAllowed = true;
    /** How long a finger rests, ms. */
    this.duration = 2400;
    this.isGuest = false;
    this.launch();
  }

  /** The program is started anew: what it held in memory is gone, what it stored is not. */
  launch() {
    this.network.listeners.clear();
    this.shown = new Set();
    this.hidden = new Set();
    this.played = [];
    this.previews = [];
    this.opened = [];
    this.api = builders[this.name](this);
    return this.api;
  }

  hide() {
    for (const listener of this.hidden) listener({});
  }

  show() {
    for (const listener of this.shown) listener({});
  }

  file(bytes, ending) {
    const file = path.join(this.folder, `tmp_${crypto.randomBytes(4).toString("hex")}${ending}`);
    fs.writeFileSync(file, bytes);
    return file;
  }

  /** What the platform's app does with temporary files when the program ends. */
  clearTemporary() {
    for (const name of fs.readdirSync(this.folder)) if (name.startsWith("tmp_")) fs.rmSync(path.join(this.folder,
      name));
  }

  keep(file) {
    const kept = path.join(this.folder, `kept_${path.basename(file).slice(4)}`);
    fs.copyFileSync(file, kept);
    return kept;
  }

  remove() {
    this.network.cut();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** success/fail/complete, later. */
function answer(options, error, result) {
  setImmediate(() => {
    if (error) (options.fail || (() => {}))(error);
    else (options.success || (() => {}))(result);
    (options.complete || (() => {}))(error || result);
  });
}

/** A SocketTask; `wrap` is how the platform hands over a message. */
function socketTask(phone, options, wrap = (text) => ({ data: text })) {
  const on = { open: [], message: [], error: [], close: [] };
  const tell = (name, value) => on[name].forEach((listener) => listener(value));
  let isOpen = false;
  const socket = phone.network.socket(options.url, {
    open() {
      isOpen = true;
      tell("open", { header: {} });
    },
    message: (text) => tell("message", wrap(text)),
    error: (error) => tell("error", { errMsg: error.message }),
    close(code) {
      isOpen = false;
      tell("close", { code, reason: "" });
    },
  });
  answer(options, null, { errMsg: "connectSocket:ok" });
  return {
    onOpen: (listener) => on.open.push(listener),
    onMessage: (listener) => on.message.push(listener),
    onError: (listener) => on.error.push(listener),
    onClose: (listener) => on.close.push(listener),
    send(wish) {
      if (!isOpen) {
        answer(wish, { errMsg: "sendSocketMessage:fail not open" });
        return;
      }
      socket.send(wish.data);
      answer(wish, null, { errMsg: "sendSocketMessage:ok" });
    },
    close(wish = {}) {
      socket.close(wish.code || 1000);
    },
  };
}

/** A recorder manager: its listeners stay, one recording at a time. @param formats what it can write */
function recorderManager(phone, formats) {
  const on = { start: [], stop: [], error: [] };
  const tell = (name, value) => setImmediate(() => on[name].forEach((listener) => listener(value)));
  let startedAt = 0;
  return {
    onStart: (listener) => on.start.push(listener),
    onStop: (listener) => on.stop.push(listener),
    onError: (listener) => on.error.push(listener),
    start(options) {
      if (!phone.microphoneIsAllowed) tell("error", { errMsg: "operateRecorder:fail auth deny" });
      else if (!formats.includes(options.format)) tell("error",
        { errMsg: `operateRecorder:fail format ${options.format}` });
      else {
        startedAt = Date.now();
        tell("start", {});
      }
    },
    stop() {
      if (!startedAt) return;
      startedAt = 0;
      tell("stop", { tempFilePath: phone.file(phone.sound, ".aac"), duration: phone.duration,
        fileSize: phone.sound.length });
    },
  };
}

/** What most platforms have in common: WeChat's way. */
function likeWeChat(phone, formats) {
  const text = (wish) => !wish.dataType || wish.dataType === "json";
  const api = {
    request(wish) {
      if (wish.headers) throw new Error("This platform has no headers: header.");
      return phone.network.request({ method: wish.method || "GET", url: wish.url, headers: wish.header,
        body: wish.data }, (error, reply) => {
        let data = reply && reply.text;
        if (reply && text(wish)) try { data = JSON.parse(reply.text); } catch (problem) { data = reply.text; }
        answer(wish, error && { errMsg: `request:fail ${error.message}` }, reply
          && { data, statusCode: reply.status, header: reply.headers, errMsg: "request:ok" });
      });
    },
    uploadFile(wish) {
      return phone.network.upload({ url: wish.url, file: wish.filePath, name: wish.name, headers: wish.header,
        formData: wish.formData }, (error, reply) => {
        answer(wish, error && { errMsg: `uploadFile:fail ${error.message}` }, reply
          && { data: reply.text, statusCode: reply.status, errMsg: "uploadFile:ok" });
      });
    },
    downloadFile(wish) {
      // Only what the console allows.
      if (!wish.url.startsWith(phone.network.allowed || "http://127.0.0.1")) {
        return answer(wish, { errMsg: "downloadFile:fail url not in domain list" });
      }
      return phone.network.request({ method: "GET", url: wish.url, headers: {} }, (error, reply) => {
        answer(wish, error && { errMsg: `downloadFile:fail ${error.message}` }, reply
          && { tempFilePath: phone.file(Buffer.from(reply.text), ".tmp"), statusCode: reply.status });
      });
    },
    openDocument(wish) {
      if (!fs.existsSync(wish.filePath)) throw new Error("openDocument wants a file on the phone");
      phone.opened.push(wish.fileType);
      answer(wish, null, { errMsg: "openDocument:ok" });
    },
    connectSocket: (wish) => socketTask(phone, wish),
    getNetworkType: (wish) => answer(wish, null, { networkType: phone.network.isUp ? "wifi" : "none" }),
    onNetworkStatusChange: (listener) => phone.network.listeners.add((isUp) =>
      listener({ isConnected: isUp, networkType: isUp ? "wifi" : "none" })),
    onAppShow: (listener) => phone.shown.add(listener),
    offAppShow: (listener) => phone.shown.delete(listener),
    onAppHide: (listener) => phone.hidden.add(listener),
    offAppHide: (listener) => phone.hidden.delete(listener),
    getStorageSync: (key) => (phone.storage.has(key) ? phone.storage.get(key) : ""),
    setStorageSync(key, value) {
      if (typeof key !== "string") throw new Error("setStorageSync:fail key must be a string");
      phone.storage.set(key, value);
    },
    removeStorageSync: (key) => phone.storage.delete(key),
    login: (wish) => (phone.network.isUp
      ? answer(wish, null, { code: phone.platforms.code(phone.name, phone.user), errMsg: "login:ok" })
      : answer(wish, { errMsg: "login:fail no network" })),
    chooseImage: (wish) => (phone.picture ? answer(wish, null, { tempFilePaths: [phone.file(phone.picture, ".png")],
      tempFiles: [] })
      : answer(wish, { errMsg: "chooseImage:fail cancel" })),
    saveFile: (wish) => answer(wish, null, { savedFilePath: phone.keep(wish.tempFilePath) }),
    removeSavedFile(wish) {
      fs.rmSync(wish.filePath);
      answer(wish, null, {});
    },
    getRecorderManager: () => {
      if (!phone.recorder) phone.recorder = recorderManager(phone, formats);
      return phone.recorder;
    },
    createInnerAudioContext: () => ({ src: "", play() { phone.played.push(this.src); }, destroy() {} }),
    previewImage: (wish) => phone.previews.push(wish.current),
    setClipboardData: (wish) => answer(wish, null, {}),
  };
  phone.recorder = null;
  return api;
}

const builders = {
  wechat(phone) {
    const api = likeWeChat(phone, ["aac", "mp3"]);
    delete api.chooseImage;
    delete api.saveFile;
    delete api.removeSavedFile;
    api.chooseMedia = (wish) => (phone.picture
      ? answer(wish, null, { type: "image", tempFiles: [{ tempFilePath: phone.file(phone.picture, ".png"),
        size: phone.picture.length, fileType: "image" }] })
      : answer(wish, { errMsg: "chooseMedia:fail cancel" }));
    api.getFileSystemManager = () => ({
      saveFile: (wish) => answer(wish, null, { savedFilePath: phone.keep(wish.tempFilePath) }),
      removeSavedFile(wish) {
        fs.rmSync(wish.filePath);
        answer(wish, null, {});
      },
    });
    return api;
  },

  /** Also with one socket for the whole program, as before base library 2.3.1: `phone.isOld`. */
  alipay(phone) {
    const common = likeWeChat(phone, ["aac", "mp3"]);
    const globals = { Open: new Set(), Message: new Set(), Error: new Set(), Close: new Set() };
    const tell = (name, value) => Array.from(globals[name]).forEach((listener) => listener(value));
    let single = null;
    const api = {
      canIUse: (what) => !(phone.isOld && what === "connectSocket.object.multiple"),
      request(wish) {
        if (wish.header) throw new Error("This platform has no header: headers.");
        return phone.network.request({ method: wish.method || "GET", url: wish.url, headers: wish.headers,
          body: wish.data }, (error, reply) => {
          if (error) return answer(wish, { error: 12, errorMessage: error.message });
          // An error status is a failure here.
          if (reply.status >= 300) return answer(wish, { error: 19, errorMessage: `http status error ${reply.status}`,
            status: reply.status, data: reply.text, headers: reply.headers });
          let data = reply.text;
          if (!wish.dataType || wish.dataType === "json") {
            try {
              data = JSON.parse(reply.text);
            } catch (problem) {
              return answer(wish, { error: 14, errorMessage: "JSON parse data error" });
            }
          }
          return answer(wish, null, { data, status: reply.status, headers: reply.headers });
        });
      },
      uploadFile(wish) {
        if (!["image", "video", "audio"].includes(wish.fileType)) throw new Error("fileType");
        if (!wish.name && !wish.fileName) return answer(wish, { error: 11, errorMessage: "invalid parameter" });
        return phone.network.upload({ url: wish.url, file: wish.filePath, name: wish.name || wish.fileName,
          headers: wish.header, formData: wish.formData }, (error, reply) => {
          answer(wish, error && { error: 12, errorMessage: error.message }, reply
            && { data: reply.text, statusCode: reply.status, header: reply.headers });
        });
      },
      connectSocket(wish) {
        // A task's messages come one floor deeper.
        if (wish.multiple && !phone.isOld) return socketTask(phone, wish,
          (text) => ({ data: { data: text, isBuffer: false } }));
        if (single) {
          answer(wish, { error: 2, errorMessage: "connection exists" });
          return undefined;
        }
        single = phone.network.socket(wish.url, {
          open: () => tell("Open", {}),
          message: (text) => tell("Message", { data: text, isBuffer: false }),
          error: (error) => tell("Error", { errorMessage: error.message }),
          close(code) {
            single = null;
            tell("Close", { code });
          },
        });
        answer(wish, null, {});
        return undefined;
      },
      sendSocketMessage(wish) {
        try {
          single.send(wish.data);
          answer(wish, null, {});
        } catch (error) {
          answer(wish, { error: 10, errorMessage: "not open" });
        }
      },
      closeSocket(wish) {
        if (single) single.close(1000);
        answer(wish, null, {});
      },
      getNetworkType: (wish) => answer(wish, null,
        { networkAvailable: phone.network.isUp, networkType: phone.network.isUp ? "WIFI" : "NOTREACHABLE" }),
      onNetworkStatusChange: (listener) => phone.network.listeners.add((isUp) =>
        listener({ isConnected: isUp, networkType: isUp ? "WIFI" : "NOTREACHABLE" })),
      onAppShow: common.onAppShow, offAppShow: common.offAppShow, onAppHide: common.onAppHide,
      offAppHide: common.offAppHide,
      getStorageSync({ key }) {
        if (typeof key !== "string") throw new Error("getStorageSync wants { key }");
        return { data: phone.storage.has(key) ? phone.storage.get(key) : null };
      },
      setStorageSync({ key, data }) {
        phone.storage.set(key, data);
        return { success: true };
      },
      removeStorageSync: ({ key }) => phone.storage.delete(key),
      getAuthCode: (wish) => (phone.network.isUp && [].concat(wish.scopes).includes("auth_base")
        ? answer(wish, null, { authCode: phone.platforms.code("alipay", phone.user), authErrorScope: {},
          authSuccessScope: ["auth_base"] })
        : answer(wish, { error: 2, errorMessage: "no network" })),
      chooseImage: (wish) => (phone.picture ? answer(wish, null, { apFilePaths: [phone.file(phone.picture,
        ".image")] }) : answer(wish, { error: 11, errorMessage: "用户取消操作" })),
      saveFile: (wish) => answer(wish, null, { apFilePath: phone.keep(wish.apFilePath) }),
      removeSavedFile(wish) {
        fs.rmSync(wish.apFilePath);
        answer(wish, null, {});
      },
      getRecorderManager: common.getRecorderManager, createInnerAudioContext: common.createInnerAudioContext,
      previewImage: (wish) => phone.previews.push(wish.urls[wish.current]),
      downloadFile: (wish) => common.downloadFile(Object.assign({}, wish, { success: (answer) =>
        wish.success({ apFilePath: answer.tempFilePath }) })),
      openDocument(wish) {
        if (wish.fileType !== "pdf") throw new Error("This platform opens only pdf.");
        return common.openDocument(wish);
      },
      setClipboard: (wish) => answer(wish, null, {}),
    };
    for (const name of Object.keys(globals)) {
      api[`onSocket${name}`] = (listener) => globals[name].add(listener);
      api[`offSocket${name}`] = (listener) => (listener ? globals[name].delete(listener) : globals[name].clear());
    }
    return api;
  },

  douyin(phone) {
    const api = likeWeChat(phone, ["aac"]);
    api.login = (wish) => {
      if (!phone.network.isUp) return answer(wish, { errMsg: "login:fail", errNo: 10501 });
      if (phone.isGuest && wish.force !== false) return answer(wish,
        { errMsg: "login:fail the customer closed the page" });
      const anonymousCode = phone.platforms.code("douyin", `guest-${phone.user}`);
      const code = phone.isGuest ? "" : phone.platforms.code("douyin", phone.user);
      return answer(wish, null, { code, anonymousCode, isLogin: !phone.isGuest, errMsg: "login:ok" });
    };
    const { request } = api;
    api.request = (wish) => {
      if (wish.dataType && !["json", "string"].includes(wish.dataType)) throw new Error(`dataType ${wish.dataType}`);
      return request(wish);
    };
    return api;
  },

  baidu(phone) {
    const api = likeWeChat(phone, ["aac", "pcm"]);
    api.getLoginCode = api.login;
    api.login = (wish) => answer(wish, { errCode: 10004, errMsg: "the customer closed the page" });
    const { request } = api;
    api.request = (wish) => {
      if (wish.dataType && !["json", "string"].includes(wish.dataType)) throw new Error(`dataType ${wish.dataType}`);
      return request(wish);
    };
    return api;
  },

  qq: (phone) => likeWeChat(phone, ["aac", "mp3"]),

  kuaishou(phone) {
    const api = likeWeChat(phone, ["aac"]);
    // No way to take a listener back.
    delete api.offAppShow;
    // Versions without a reader.
    delete api.openDocument;
    delete api.offAppHide;
    return api;
  },
};

/** The name under which a program finds its platform. */
const globalNames = { wechat: "wx", alipay: "my", douyin: "tt", baidu: "swan", qq: "qq", kuaishou: "ks" };

module.exports = { Phone, globalNames };
