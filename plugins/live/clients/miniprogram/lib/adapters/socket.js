// SPDX-License-Identifier: Apache-2.0
/**
 * A SocketTask under our own face. Platforms tell of a refused connection by `onError`, by `onClose`, or by both; here
 * it is one `close`.
 */
class TaskSocket {
  /** @param textOf what makes a text of the answer that `onMessage` gives */
  constructor(task, events, textOf) {
    this.task = task;
    this.events = events;
    this.isOver = false;
    events.refused = () => this.end(1006);
    if (!task || typeof task.onMessage !== "function") {
      setTimeout(() => this.end(1006), 0);
      return;
    }
    task.onOpen(() => {
      if (!this.isOver) events.open();
    });
    task.onMessage((answer) => {
      if (!this.isOver) events.message(textOf(answer));
    });
    task.onError(() => this.end(1006));
    task.onClose((answer) => this.end((answer && answer.code) || 1006));
  }

  send(text) {
    this.task.send({ data: text, fail: () => this.end(1006) });
  }

  close() {
    if (this.isOver) return;
    this.isOver = true;
    try {
      this.task.close({ code: 1000, reason: "" });
    } catch (error) {
      // It never opened.
    }
  }

  end(code) {
    if (this.isOver) return;
    this.isOver = true;
    this.events.close(code);
    try {
      this.task.close({ code: 1000, reason: "" });
    } catch (error) {
      // It is closed already.
    }
  }
}

module.exports = { TaskSocket };
