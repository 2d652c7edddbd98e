// SPDX-License-Identifier: Apache-2.0
/* global Component */
/**
 * Makes a component of a description, as WeChat, Douyin, Baidu, QQ and Kuaishou know it.
 *
 * In its methods `this.option(name)` reads a property and `this.tell(name, detail)` tells the page of something.
 * @param description `{ options, data, methods, attached(), detached(), shown(), hidden(), changed() }`; `options`
 * holds defaults by name
 */
function define(description) {
  const properties = {};
  for (const name of Object.keys(description.options)) {
    const value = description.options[name];
    properties[name] = {
      type: Array.isArray(value) ? Array : value === null ? Object : value.constructor, value,
      observer() {
        if (this.isAttached) description.changed.call(this);
      },
    };
  }
  // Some base libraries look into `lifetimes`, others only beside it; whoever does both calls twice.
  function attached() {
    if (this.isAttached) return;
    this.isAttached = true;
    description.attached.call(this);
  }
  function detached() {
    if (!this.isAttached) return;
    this.isAttached = false;
    description.detached.call(this);
  }
  Component({
    properties, data: description.data, attached, detached, lifetimes: { attached, detached },
    pageLifetimes: {
      show() {
        description.shown.call(this);
      },
      hide() {
        description.hidden.call(this);
      },
    },
    methods: Object.assign({}, description.methods, {
      option(name) {
        // Properties and data are one here, so no data may have the name of an option.
        return this.data[name];
      },
      tell(name, detail) {
        this.triggerEvent(name, detail || {});
      },
    }),
  });
}

module.exports = { define };
