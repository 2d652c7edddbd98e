// SPDX-License-Identifier: Apache-2.0
// The same component in each platform's own words.
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const vm = require("node:vm");
const { filesFor } = require("../build.js");
const { parse, write } = require("../build/markup.js");
const { targets } = require("../build/targets.js");
const { translate } = require("../build/template.js");

const names = Object.keys(targets);
const endings = {
  wechat: ["wxml", "wxss"], alipay: ["axml", "acss"], douyin: ["ttml", "ttss"], baidu: ["swan", "css"],
  qq: ["qml", "qss"], kuaishou: ["ksml", "css"],
};
const templateOf = (name) => filesFor(name).get(`luadesk-chat.${endings[name][0]}`);

const snippet = '<block wx:for="{{items}}" wx:for-item="one" wx:for-index="place" wx:key="id">\n'
  + '  <view wx:if="{{one.a && !b}}" class="x {{one.c ? \'y\' : \'\'}}" data-place="{{place}}" bindtap="onTap"'
  + ' catchtouchmove="onMove"></view>\n'
  + '  <view wx:elif="{{b < 3}}" bindlongpress="onLong">{{b < 3 ? 1 : 2}}</view>\n'
  + '  <text wx:else>{{one.text}}</text>\n</block>\n'
  + '<scroll-view scroll-y="{{true}}" scroll-into-view="{{last}}">'
  + '<input value="{{draft}}" cursor-spacing="12" bindinput="onInput" bindconfirm="onSend" /></scroll-view>\n';

const golden = {
  wechat: snippet,
  douyin: snippet.replace(/wx:/g, "tt:"),
  qq: snippet.replace(/wx:/g, "qq:"),
  kuaishou: snippet.replace(/wx:/g, "ks:"),
  alipay: '<block a:for="{{items}}" a:for-item="one" a:for-index="place" a:key="id">\n'
    + '  <view a:if="{{one.a && !b}}" class="x {{one.c ? \'y\' : \'\'}}" data-place="{{place}}" onTap="onTap"'
    + ' catchTouchMove="onMove"></view>\n'
    + '  <view a:elif="{{b < 3}}" onLongTap="onLong">{{b < 3 ? 1 : 2}}</view>\n'
  + '  <text a:else>{{one.text}}</text>\n</block>\n'
    + '<scroll-view scroll-y="{{true}}" scroll-into-view="{{last}}">'
  + '<input value="{{draft}}" onInput="onInput" onConfirm="onSend" /></scroll-view>\n',
  baidu: '<block s-for="one, place in items trackBy one.id">\n'
    + '  <view s-if="one.a && !b" class="x {{one.c ? \'y\' : \'\'}}" data-place="{{place}}" bindtap="onTap"'
  + ' catchtouchmove="onMove"></view>\n'
    + '  <view s-elif="b < 3" bindlongpress="onLong">{{b < 3 ? 1 : 2}}</view>\n'
  + '  <text s-else>{{one.text}}</text>\n</block>\n'
    + '<scroll-view scroll-y="{{true}}" scroll-into-view="{= last =}">'
    + '<input value="{= draft =}" cursor-spacing="12" bindinput="onInput" bindconfirm="onSend" /></scroll-view>\n',
};

for (const name of names) {
  test(`${name}: a template in its words`, () => {
    assert.equal(translate(snippet, name, targets[name]), golden[name]);
  });

  test(`${name}: every file of the component is whole, and nothing of another platform is left`, () => {
    const files = filesFor(name);
    const [template, style] = endings[name];
    assert.ok(files.has(`luadesk-chat.${template}`) && files.has(`luadesk-chat.${style}`) && files.has("lib/index.js"));
    for (const [file, text] of files) {
      if (file.endsWith(".js")) assert.doesNotThrow(() => new vm.Script(`(function (require, module) {${text}\n})`),
        file);
      else if (file.endsWith(".json")) assert.equal(JSON.parse(text).component, true);
      else if (file.endsWith(`.${style}`)) assertStyle(text, file);
      else assertMarkup(text, file);
      if (file.endsWith(".js")) for (const [, wanted] of text.matchAll(/require\("(\.[^"]+)"\)/g)) {
        assert.ok(files.has(path.posix.normalize(path.posix.join(path.posix.dirname(file), wanted))),
          `${file} wants ${wanted}`);
      }
      assert.doesNotMatch(text, /\?\.\w|\?\?/, `${file}: newer than ES2018`);
    }
    const others = names.filter((other) => other !== name).map((other) => targets[other].prefix);
    for (const prefix of others) assert.ok(!new RegExp(`\\s${prefix}(if|elif|else|for|key)`).test(templateOf(name)),
      `${prefix} in ${name}`);
    if (name === "alipay") assert.doesNotMatch(templateOf(name), /\sbind[a-z]+=/);
    if (name === "baidu") assert.doesNotMatch(templateOf(name), /s-(if|elif|for)="\{\{/);
  });

  test(`${name}: what the template calls and shows is there`, () => {
    const { description } = descriptionOf();
    const handlers = Array.from(templateOf(name).matchAll(/\s(?:bind|catch|on)[A-Za-z]+="(\w+)"/g),
      (found) => found[1]);
    assert.ok(handlers.length >= 15, `${handlers.length} handlers`);
    for (const handler of handlers) assert.equal(typeof description.methods[handler], "function", handler);
    const known = new Set(Object.keys(description.data).concat(["item", "option", "chip", "place", "true", "false"]));
    const expressions = Array.from(templateOf(name).matchAll(/\{\{(.*?)\}\}|\{= (.*?) =\}|s-(?:el)?if="(.*?)"/g),
      (found) => found[1] || found[2] || found[3]);
    for (const expression of expressions) {
      const names = expression.replace(/'[^']*'/g, "").match(/(?<![.\w])[A-Za-z_]\w*/g) || [];
      for (const word of names) assert.ok(known.has(word), `${word} in {{${expression}}}`);
    }
    for (const [, word] of templateOf(name).matchAll(/\bt\.(\w+)/g)) assert.ok(description.words.has(word),
      `t.${word}`);
  });
}

test("both languages say the same things, and every key that the code asks for is there", () => {
  const { texts, questions } = require("../lib/texts.js");
  assert.deepEqual(Object.keys(texts["zh-CN"]).sort(), Object.keys(texts.en).sort());
  assert.equal(questions["zh-CN"].length, questions.en.length);
  const sources = ["lib/store.js", "component/luadesk-chat.js"].map((file) =>
    fs.readFileSync(path.join(__dirname, "..", file), "utf8")).join("\n");
  for (const [, key] of sources.matchAll(/"((?:hint|notice|mark|status|kind|reason)\.\w+)"/g)) {
    assert.ok(key in texts.en, key);
  }
});

test("a template that is not well formed is refused with its line", () => {
  for (const [broken, line] of [["<view>\n</text>", 2], ["<view>\n\n", 3], ["<view a=b></view>", 1], ["<!-- \n", 1],
    ["<view>{{a</view>", 1]]) {
    assert.throws(() => parse(broken), new RegExp(`line ${line}:`), broken);
  }
  const source = fs.readFileSync(path.join(__dirname, "../component/luadesk-chat.wxml"), "utf8");
  assert.equal(write(parse(source)), source);
  assert.throws(() => translate('<view bindnothing="x" />', "alipay", targets.alipay), /not known/);
});

test("the command writes what it is asked for, clears what it wrote before, and refuses what it does not know", () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "luadesk-build-"));
  try {
    const run = (...words) => execFileSync(process.execPath, [path.join(__dirname, "../build.js"), ...words],
      { stdio: "pipe" });
    const old = path.join(out, "qq/luadesk-chat/old.js");
    fs.mkdirSync(path.dirname(old), { recursive: true });
    fs.writeFileSync(old, "");
    run(out, "qq", "alipay");
    assert.deepEqual(fs.readdirSync(out).sort(), ["alipay", "qq"]);
    assert.equal(fs.existsSync(old), false);
    assert.equal(fs.readFileSync(path.join(out, "alipay/luadesk-chat/luadesk-chat.axml"), "utf8"),
      templateOf("alipay"));
    assert.throws(() => run(out, "nokia"), (error) => error.status === 1 && /nokia/.test(error.stderr));
    assert.throws(() => run(), (error) => error.status === 64);
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
});

/** The component's description, as `define` gets it. */
function descriptionOf() {
  const source = fs.readFileSync(path.join(__dirname, "../component/luadesk-chat.js"), "utf8");
  let description = null;
  const load = (name) => (name === "./define.js" ? { define: (given) => { description = given; } }
    : require(path.join(__dirname, "../component", name)));
  vm.runInNewContext(source, { require: load, setTimeout, clearTimeout, Date });
  description.words = new Set(/const words = \[([\s\S]*?)\]/.exec(source)[1].match(/\w+/g));
  return { description };
}

/** Tags open and close in order: read here once more, by other means than the build's own. */
function assertMarkup(text, file) {
  const bare = text.replace(/<!--[\s\S]*?-->/g, "").replace(/"[^"]*"/g, '""').replace(/\{\{.*?\}\}/g, "");
  const open = [];
  for (const [tag, slash, word, rest] of bare.matchAll(/<(\/?)([\w-]+)([^>]*)>/g)) {
    if (slash) assert.equal(open.pop(), word, `${file}: ${tag}`);
    else if (!rest.trim().endsWith("/")) open.push(word);
  }
  assert.deepEqual(open, [], file);
  assert.doesNotMatch(bare.replace(/<\/?[\w-]+[^>]*>/g, ""), /[<>]/, file);
}

function assertStyle(text, file) {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, "");
  let depth = 0;
  for (const sign of bare) {
    if (sign === "{") depth += 1;
    if (sign === "}") depth -= 1;
    assert.ok(depth === 0 || depth === 1, file);
  }
  assert.equal(depth, 0, file);
  for (const [, rules] of bare.matchAll(/\{([^}]*)\}/g)) {
    for (const rule of rules.split(";").map((part) => part.trim()).filter(Boolean)) assert.match(rule, /^[\w-]+:\s*\S/,
      `${file}: ${rule}`);
  }
  // Selectors of ids, tags and attributes are refused in components.
  for (const [, selector] of bare.matchAll(/([^{}]+)\{/g)) assert.match(selector.trim(), /^(\.[\w-]+[\s,]*)+$/,
    `${file}: ${selector.trim()}`);
}
