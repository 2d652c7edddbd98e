#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the component for each platform: `node build.js OUT [PLATFORM…]` gives `OUT/PLATFORM/luadesk-chat/`, ready to
 * be copied into a mini program. Needs nothing but Node.
 */
const fs = require("node:fs");
const path = require("node:path");
const { targets } = require("./build/targets.js");
const { translate } = require("./build/template.js");

const here = __dirname;
const read = (...names) => fs.readFileSync(path.join(here, ...names), "utf8");

/** All files of one platform's component, by path. */
function filesFor(name) {
  const target = targets[name];
  if (!target) throw new Error(`There is no platform ${name}; there are ${Object.keys(targets).join(", ")}.`);
  const files = new Map();
  files.set("luadesk-chat.js", inPlace(read("component", "luadesk-chat.js")));
  files.set("luadesk-chat.json", read("component", "luadesk-chat.json"));
  files.set(`luadesk-chat.${target.template}`, translate(read("component", "luadesk-chat.wxml"), name, target));
  files.set(`luadesk-chat.${target.style}`, read("component", "luadesk-chat.wxss"));
  files.set("define.js", read("component", target.define));
  for (const file of scripts("lib")) files.set(file, read(file));
  return files;
}

/** In the output the library lies within the component's own folder. */
function inPlace(source) {
  return source.replace(/require\("\.\.\/lib\//g, 'require("./lib/');
}

function scripts(folder) {
  return fs.readdirSync(path.join(here, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return scripts(name);
    return name.endsWith(".js") ? [name] : [];
  }).sort();
}

function build(out, names = Object.keys(targets)) {
  for (const name of names) {
    const folder = path.join(out, name, "luadesk-chat");
    // What an older version wrote and this one does not must not stay.
    fs.rmSync(folder, { recursive: true, force: true });
    for (const [file, text] of filesFor(name)) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    }
  }
}

if (require.main === module) {
  const [out, ...names] = process.argv.slice(2);
  if (!out) {
    console.error("node build.js OUT [wechat alipay douyin baidu qq kuaishou]");
    process.exit(64);
  }
  try {
    build(out, names.length ? names : undefined);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

module.exports = { build, filesFor };
