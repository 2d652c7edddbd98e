// SPDX-License-Identifier: Apache-2.0
// A stand-in for the six platforms' servers, as far as a login needs them: codes are good once, and who holds one is
// known by it.
const crypto = require("node:crypto");
const http = require("node:http");

class PlatformServer {
  static async start() {
    const server = new PlatformServer();
    // Alipay signs what it answers, and checks what it is asked.
    server.alipay = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    server.merchant = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    server.codes = new Map();
    server.logins = [];
    server.http = http.createServer((request, response) => server.take(request, response));
    await new Promise((resolve) => server.http.listen(0, "127.0.0.1", resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  stop() {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(resolve));
  }

  /** A new code for a user, as the platform's app gets it. */
  code(platform, user) {
    const code = crypto.randomBytes(16).toString("hex");
    this.codes.set(code, { platform, user });
    return code;
  }

  /** Whose code it is; a code is good once. */
  redeem(code, platform) {
    const found = this.codes.get(code);
    this.codes.delete(code);
    this.logins.push(platform);
    return found && found.platform === platform ? found.user : null;
  }

  take(request, response) {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const target = new URL(request.url, this.url);
      const body = Buffer.concat(parts).toString("utf8");
      const answer = this.answer(request.method, target, body);
      const text = typeof answer === "string" ? answer : JSON.stringify(answer || { errcode: 404 });
      response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" });
      response.end(text);
    });
  }

  answer(method, target, body) {
    const form = new URLSearchParams(body);
    switch (`${method} ${target.pathname}`) {
      case "GET /wechat/sns/jscode2session": return this.likeWeChat(target, "wechat",
        { errcode: 40029, errmsg: "invalid code" });
      case "GET /qq/sns/jscode2session": return this.likeWeChat(target, "qq",
        { errcode: 40029, errmsg: "invalid code" });
      case "POST /alipay/gateway.do": return this.gateway(form);
      case "POST /douyin/api/apps/v2/jscode2session": {
        const { code, anonymous_code: anonymous } = JSON.parse(body);
        const user = this.redeem(code || anonymous, "douyin");
        if (!user) return { err_no: 40018, err_tips: "bad code", data: {} };
        const who = code ? { openid: user, session_key: "k", unionid: "" }
          : { openid: "", anonymous_openid: user, session_key: "", unionid: "" };
        return { err_no: 0, err_tips: "success", data: who };
      }
      case "GET /baidu/oauth/2.0/token": return { access_token: "baidu-token", expires_in: 2592000 };
      case "POST /baidu/rest/2.0/smartapp/getsessionkey": {
        const user = target.searchParams.get("access_token") === "baidu-token"
          && this.redeem(form.get("code"), "baidu");
        return user ? { errno: 0, data: { open_id: user, session_key: "k", union_id: `u-${user}` } }
          : { errno: 2, errmsg: "bad code" };
      }
      case "POST /kuaishou/oauth2/mp/code2session": {
        const user = form.get("app_secret") === "kuaishou-secret" && this.redeem(form.get("js_code"), "kuaishou");
        return user ? { result: 1, open_id: user, session_key: "k" } : { result: 100200100, error: "bad code" };
      }
      default: return null;
    }
  }

  likeWeChat(target, platform, refusal) {
    const user = target.searchParams.get("secret") && this.redeem(target.searchParams.get("js_code"), platform);
    return user ? { openid: user, session_key: "k" } : refusal;
  }

  gateway(form) {
    const names = Array.from(form.keys()).filter((name) => name !== "sign" && form.get(name) !== "").sort();
    const words = names.map((name) => `${name}=${form.get(name)}`).join("&");
    const isOurs = crypto.verify("sha256", Buffer.from(words), this.merchant.publicKey,
      Buffer.from(form.get("sign") || "", "base64"));
    if (!isOurs) return { error_response: { code: "40002", msg: "Invalid Arguments",
      sub_code: "isv.invalid-signature" } };
    const user = this.redeem(form.get("code"), "alipay");
    const node = JSON.stringify(user
      ? { user_id: user, access_token: "t", refresh_token: "r", expires_in: 300, re_expires_in: 300 }
      : { code: "40002", msg: "Invalid Arguments", sub_code: "isv.code-invalid" });
    const name = user ? "alipay_system_oauth_token_response" : "error_response";
    const sign = crypto.sign("sha256", Buffer.from(node), this.alipay.privateKey).toString("base64");
    return `{"${name}":${node},"sign":"${sign}"}`;
  }

  configuration() {
    const pem = (key, type) => JSON.stringify(key.export({ type, format: "pem" }));
    return `channels:
  - { id: web, plugin: live }
  - { id: shop, plugin: live, settings: { identity_secret: shop-secret,
      faq: { zh-CN: [运费多少？, 多久到账？], en: [What does shipping cost?] } } }
  - id: mini-wechat
    plugin: wechat-miniprogram
    settings: { app_id: wx0000000000000001, app_secret: wechat-secret, token: t, mode: plain,
      api_base: "${this.url}/wechat" }
  - id: mini-alipay
    plugin: alipay-miniprogram
    settings:
      app_id: "2021000000000001"
      app_private_key: ${pem(this.merchant.privateKey, "pkcs8")}
      alipay_public_key: ${pem(this.alipay.publicKey, "spki")}
      api_base: "${this.url}/alipay/gateway.do"
  - id: mini-douyin
    plugin: douyin-miniprogram
    settings: { app_id: tt01, app_secret: s, client_key: k, client_secret: s, api_base: "${this.url}/douyin",
      program_base: "${this.url}/douyin" }
  - id: mini-baidu
    plugin: baidu-smartprogram
    settings: { app_id: "1", app_key: k, app_secret: s, token: t, mode: plain, api_base: "${this.url}/baidu" }
  - id: mini-qq
    plugin: qq-miniprogram
    settings: { app_id: "1", app_secret: s, api_base: "${this.url}/qq" }
  - id: mini-kuaishou
    plugin: kuaishou-miniprogram
    settings: { app_id: ks1, app_secret: kuaishou-secret, api_base: "${this.url}/kuaishou" }
agents:
  - { name: Lin, teams: [service, after_sales, complaints, premium], capacity: 50 }
`;
  }
}

module.exports = { PlatformServer };
