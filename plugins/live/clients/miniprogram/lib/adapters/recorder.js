// SPDX-License-Identifier: Apache-2.0
/**
 * The platform's recorder as promises. There is one for the whole program and its listeners cannot be taken back
 * everywhere, so they are set once and ask who waits.
 */
class Recorder {
  constructor(manager, options) {
    this.manager = manager;
    this.options = options;
    this.starting = null;
    this.stopping = null;
    this.startedAt = 0;
    this.early = null;
    this.isCancelling = false;
    manager.onStart(() => {
      this.startedAt = Date.now();
      if (this.starting) this.starting.resolve();
      this.starting = null;
    });
    manager.onStop((answer) => this.stopped(answer || {}));
    manager.onError((answer) => this.failed(answer || {}));
  }

  /** Resolves when sound is being taken; rejects where the customer did not allow it. */
  start() {
    this.early = null;
    this.startedAt = 0;
    return new Promise((resolve, reject) => {
      this.starting = { resolve, reject };
      this.manager.start(this.options);
    });
  }

  /** @returns `{ path, duration }`, ms */
  stop() {
    if (this.early) {
      const early = this.early;
      this.early = null;
      return Promise.resolve(early);
    }
    return new Promise((resolve, reject) => {
      this.stopping = { resolve, reject };
      this.manager.stop();
    });
  }

  /** What was taken is thrown away. */
  cancel() {
    this.stopping = null;
    // Its end comes later, perhaps when the next recording has begun.
    this.isCancelling = !this.early && this.startedAt > 0;
    this.early = null;
    this.manager.stop();
  }

  stopped(answer) {
    if (this.isCancelling) {
      this.isCancelling = false;
      return;
    }
    const measured = this.startedAt ? Date.now() - this.startedAt : 0;
    const result = { path: answer.tempFilePath || answer.apFilePath,
      duration: Math.round(Number(answer.duration) || measured) };
    if (this.stopping) this.stopping.resolve(result);
    // The longest time is over before the finger is lifted.
    else this.early = result;
    this.stopping = null;
  }

  failed(answer) {
    this.isCancelling = false;
    const error = new Error(answer.errMsg || answer.errorMessage || "The recorder failed.");
    if (this.starting) this.starting.reject(error);
    if (this.stopping) this.stopping.reject(error);
    this.starting = null;
    this.stopping = null;
  }
}

module.exports = { Recorder };
