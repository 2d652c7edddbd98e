// SPDX-License-Identifier: Apache-2.0
// As much of a platform's component runtime as a test needs: modules in a world of their own with the platform's
// global, one component with its data, and taps. What goes to the page by setData goes as JSON, as over the bridge.
const path = require("node:path");
const vm = require("node:vm");
const { filesFor } = require("../../build.js");
const { globalNames } = require("./simulated.js");

class Program {
  /** @param phone a simulated phone; its program holds the built component and nothing else */
  constructor(phone) {
    this.phone = phone;
    this.files = filesFor(phone.name);
    const globals = { setTimeout, clearTimeout, console, Component: (definition) => { this.definition = definition; } };
    // Some platforms answer to wx, too.
    if (["qq", "douyin", "kuaishou"].includes(phone.name)) globals.wx = phone.api;
    globals[globalNames[phone.name]] = phone.api;
    this.context = vm.createContext(globals);
    this.modules = new Map();
    this.load("luadesk-chat.js");
  }

  load(file) {
    if (this.modules.has(file)) return this.modules.get(file).exports;
    const module = { exports: {} };
    this.modules.set(file, module);
    const code = this.files.get(file);
    if (code === undefined) throw new Error(`There is no ${file}.`);
    const wrapped = vm.runInContext(`(function (require, module, exports) {${code}\n})`, this.context,
      { filename: file });
    wrapped((name) => this.load(path.posix.normalize(path.posix.join(path.posix.dirname(file), name))), module,
      module.exports);
    return module.exports;
  }

  /** Puts the component onto a page. @param options its attributes there */
  show(options) {
    const { definition } = this;
    const told = [];
    const chat = { told, data: JSON.parse(JSON.stringify(definition.data)) };
    Object.assign(chat, definition.methods);
    const put = (change) => Object.assign(chat.data, JSON.parse(JSON.stringify(change)));
    chat.setData = put;
    if (this.phone.name === "alipay") {
      chat.props = Object.assign({}, definition.props, options);
      for (const name of ["Open", "Close", "Unread", "Card"]) chat.props[`on${name}`] = (event) =>
        told.push([event.type, event.detail]);
      chat.attach = () => definition.didMount.call(chat);
      chat.detach = () => definition.didUnmount.call(chat);
      chat.change = (change) => {
        const before = chat.props;
        chat.props = Object.assign({}, before, change);
        definition.didUpdate.call(chat, before, chat.data);
      };
      chat.pageShown = () => definition.pageEvents.onShow.call(chat);
    } else {
      // Properties and data are one: who sets a property's name in the data changes the property.
      for (const [name, property] of Object.entries(definition.properties)) {
        if (name in definition.data) throw new Error(`${name} is both a property and data.`);
        chat.data[name] = name in options ? options[name] : property.value;
      }
      chat.properties = chat.data;
      chat.triggerEvent = (name, detail) => told.push([name, detail]);
      // Both places, as some base libraries do.
      chat.attach = () => {
        definition.lifetimes.attached.call(chat);
        definition.attached.call(chat);
      };
      chat.detach = () => {
        definition.lifetimes.detached.call(chat);
        definition.detached.call(chat);
      };
      chat.change = (change) => {
        for (const [name, value] of Object.entries(change)) {
          chat.data[name] = value;
          definition.properties[name].observer.call(chat, value);
        }
      };
      chat.pageShown = () => definition.pageLifetimes.show.call(chat);
    }
    chat.attach();
    return chat;
  }
}

/** What a finger on an element tells. */
function tap(dataset = {}, height = 500) {
  return { type: "tap", currentTarget: { dataset }, target: { dataset }, detail: {},
    touches: [{ clientX: 10, clientY: height }] };
}

module.exports = { Program, tap };
