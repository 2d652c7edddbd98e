// SPDX-License-Identifier: Apache-2.0
// A real desk of the test's own: the built program, on a free port and in a folder that is removed, with a stand-in
// for the platforms.
const { spawn, execFile } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { PlatformServer } = require("./platform-server.js");

const home = process.env.MINIPROGRAM_KIT_HOME || path.resolve(__dirname, "../../../../../..");
const program = process.env.MINIPROGRAM_KIT_DESK || path.join(home, ".build/debug/luadesk");

class Desk {
  static async start() {
    const desk = new Desk();
    desk.platforms = await PlatformServer.start();
    desk.folder = fs.mkdtempSync(path.join(os.tmpdir(), "luadesk-kit-"));
    desk.file = path.join(desk.folder, "desk.yaml");
    fs.writeFileSync(desk.file, desk.platforms.configuration());
    // Below the ports that the system hands out: while the desk is down, nobody is given its address, not even a client that
    // knocks there.
    for (let tries = 1; ; tries += 1) {
      try {
        await desk.run(10000 + Math.floor(Math.random() * 22000));
        return desk;
      } catch (error) {
        if (tries < 5) continue;
        await desk.platforms.stop();
        fs.rmSync(desk.folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** A shell between us and the desk ends it when this process is gone, however it went. */
  run(port) {
    const command = [program, "serve", "--config", this.file, "--data", path.join(this.folder, "data"), "--port",
      String(port)];
    const environment = Object.assign({}, process.env, { LUADESK_HOME: home });
    delete environment.NODE_TEST_CONTEXT;
    this.child = spawn("/bin/sh", ["-c",
      'exec 3<&0; "$@" </dev/null & d=$!; echo "desk $d"; (read -r x <&3; kill -9 $d 2>/dev/null) & wait $d; kill $!',
    "sh", ...command], {
      stdio: ["pipe", "pipe", "pipe"], env: environment,
    });
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
    let text = "";
    let problems = "";
    return new Promise((resolve, reject) => {
      this.child.stderr.on("data", (data) => { problems = (problems + data).slice(-4000); });
      this.child.stdout.on("data", (data) => {
        text += data;
        const id = /^desk (\d+)/.exec(text);
        if (id) this.id = Number(id[1]);
        const ready = /luadesk is ready on (http:\/\/\S+)/.exec(text);
        if (!ready) return;
        this.url = ready[1];
        this.port = Number(new URL(this.url).port);
        resolve(this);
      });
      this.ended.then(() => reject(new Error(`The desk ended before it was ready:\n${text}\n${problems}`)));
    });
  }

  /** Ends it: like a machine that loses power, or in order. */
  async stop(signal = "SIGTERM") {
    process.kill(this.id, signal);
    await this.ended;
  }

  /** The same desk again, at the same address. */
  restart() {
    return this.run(this.port);
  }

  async remove() {
    try {
      await this.stop("SIGKILL");
    } catch (error) {
      // It has ended already.
    }
    await this.platforms.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** A new API token. */
  token(role, agent) {
    const words = ["token", "create", "--data", path.join(this.folder, "data"), "--role", role].concat(agent
      ? ["--agent", agent] : []);
    return new Promise((resolve, reject) => {
      execFile(program, words, { env: Object.assign({}, process.env, { LUADESK_HOME: home }) }, (error, out) => {
        if (error) reject(error);
        else resolve(out.trim().split("\n").pop());
      });
    });
  }

  /** The API as somebody of the desk sees it. */
  async api(role = "admin", agent = undefined) {
    const token = await this.token(role, agent);
    const call = (method, target, body, type = "application/json") => new Promise((resolve, reject) => {
      const request = http.request(`${this.url}${target}`, {
        method, agent: false, headers: { Authorization: `Bearer ${token}`, "Content-Type": type },
      }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => {
          const bytes = Buffer.concat(parts);
          let json = null;
          try {
            json = JSON.parse(bytes.toString("utf8"));
          } catch (error) {
            json = null;
          }
          resolve({ status: response.statusCode, json, bytes, type: response.headers["content-type"] });
        });
      });
      request.on("error", reject);
      request.end(Buffer.isBuffer(body) ? body : body ? JSON.stringify(body) : undefined);
    });
    return {
      token, call,
      get: (target) => call("GET", target),
      post: (target, body) => call("POST", target, body || {}),
      /** A file for a message, as the workspace uploads it. */
      upload: (name, bytes) => call("POST", `/v1/live/media?name=${encodeURIComponent(name)}`, bytes,
        "application/octet-stream"),
      /** What came and went in a conversation, in order. */
      async messages(conversation) {
        const answer = await call("GET", `/v1/conversations/${conversation}/messages?limit=200`);
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.bytes}`);
        return answer.json.items.sort((a, b) => a.seq - b.seq);
      },
    };
  }
}

/** Waits until `probe` gives something true; looks at every change that `client` tells, and now and then by itself. */
async function until(what, probe, limit = 60000) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

module.exports = { Desk, until };
