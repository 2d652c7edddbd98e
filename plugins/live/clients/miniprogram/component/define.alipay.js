// SPDX-License-Identifier: Apache-2.0
/* global Component */
/**
 * Makes a component of a description, as Alipay knows it: `props` with plain defaults, `didMount` and `didUnmount`,
 * and what the page is told of goes to `onX` among the props. The same face as `define.js`.
 */
function define(description) {
  Component({
    props: Object.assign({}, description.options),
    data: description.data,
    didMount() {
      this.isAttached = true;
      description.attached.call(this);
    },
    didUpdate(before) {
      const isOther = Object.keys(description.options).some((name) => before[name] !== this.props[name]);
      if (isOther) description.changed.call(this);
    },
    didUnmount() {
      this.isAttached = false;
      description.detached.call(this);
    },
    pageEvents: {
      onShow() {
        if (this.isAttached) description.shown.call(this);
      },
      onHide() {
        if (this.isAttached) description.hidden.call(this);
      },
    },
    methods: Object.assign({}, description.methods, {
      option(name) {
        return this.props[name];
      },
      tell(name, detail) {
        const listener = this.props[`on${name.charAt(0).toUpperCase()}${name.slice(1)}`];
        if (typeof listener === "function") listener({ type: name, detail: detail || {} });
      },
    }),
  });
}

module.exports = { define };
