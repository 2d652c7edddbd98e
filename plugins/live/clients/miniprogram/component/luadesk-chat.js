// SPDX-License-Identifier: Apache-2.0
// The chat as customers see it: an entry with a badge, and behind it messages, common questions, text, voice and
// pictures.
const { LiveClient, viewOf, questions, languageOf, textIn } = require("../lib/index.js");
const { define } = require("./define.js");

const words = [
  "entry", "title", "close", "placeholder", "send", "hold", "recording", "cancelVoice", "keyboard", "voice", "picture",
  "typing", "common",
];
/** So far up, in pixels, a finger takes a recording back. */
const away = 80;
/** A recording shorter than this was a slip of the finger, ms. */
const shortest = 800;
/** So many messages are drawn. */
const drawn = 100;

define({
  options: {
    // Address of the desk, https://…
    desk: "",
    // The live channel, and the platform's channel whose plugin checks the login.
    channel: "web",
    login: "",
    // zh-CN or en; the system's language if not given.
    language: "",
    // Over the messages, and the first words.
    title: "",
    welcome: "",
    // [{ label, text }]; the usual ones if empty, none where hideQuestions.
    questions: [],
    hideQuestions: false,
    // Fills its place on a page of its own instead of floating over others.
    inline: false,
    // Instead of login: { external_id, signature, … } of your own sign-in.
    identity: null,
  },

  data: {
    t: {}, heading: "", firstWords: "", status: "", hint: "", notice: "", badge: "", lastKey: "", items: [], chips: [],
    draft: "",
    isOpen: false, isInline: false, isTyping: false, isVoice: false, isRecording: false, isLeaving: false,
    canRecord: false,
  },

  attached() {
    this.begin();
  },

  detached() {
    clearTimeout(this.drawing);
    clearTimeout(this.noticing);
    if (this.unlisten) this.unlisten();
    if (this.client) this.client.seen(false, this);
  },

  shown() {
    if (!this.client) return;
    this.client.show();
    this.client.seen(this.data.isOpen || this.data.isInline, this);
  },

  hidden() {
    if (this.client) this.client.seen(false, this);
  },

  changed() {
    this.begin();
  },

  methods: {
    /** Takes the options and starts the client; without a desk it waits for one. */
    begin() {
      this.language = languageOf(this.option("language"));
      const t = {};
      for (const word of words) t[word] = textIn(this.language, word);
      const asked = this.option("questions") || [];
      const chips = this.option("hideQuestions") ? [] : asked.length ? asked : questions[this.language];
      this.setData({
        t, chips, heading: this.option("title") || t.title,
        firstWords: this.option("welcome") || textIn(this.language, "welcome"),
        isInline: Boolean(this.option("inline")),
      });
      if (this.client || !this.option("desk")) return;
      this.client = LiveClient.shared({
        desk: this.option("desk"), channel: this.option("channel"), login: this.option("login"),
        identity: this.option("identity"),
        language: this.language,
      });
      this.unlisten = this.client.listen(() => this.drawSoon());
      this.setData({ canRecord: this.client.platform.canRecord() });
      this.client.start();
      this.client.seen(this.data.isInline, this);
      this.draw();
    },

    /** Frames come in crowds after an absence: one drawing is enough for all. */
    drawSoon() {
      if (this.isDrawing) return;
      this.isDrawing = true;
      this.drawing = setTimeout(() => {
        this.isDrawing = false;
        this.draw();
      }, 30);
    },

    draw() {
      const view = viewOf(this.client, this.language, Date.now());
      const items = view.items.slice(-drawn);
      if (view.badge !== this.data.badge) this.tell("unread", { count: view.unread });
      this.setData({
        items, status: view.status, hint: view.hint, isTyping: view.isTyping, badge: view.badge, lastKey: view.lastKey,
      });
    },

    /** A word on what just happened, for some seconds. */
    say(key) {
      this.setData({ notice: textIn(this.language, key) });
      clearTimeout(this.noticing);
      this.noticing = setTimeout(() => this.setData({ notice: "" }), 3000);
    },

    itemAt(event) {
      const { key } = event.currentTarget.dataset;
      return this.data.items.find((item) => item.key === key) || {};
    },

    onEntry() {
      this.setData({ isOpen: true });
      if (this.client) this.client.seen(true, this);
      this.tell("open");
    },

    onClose() {
      this.setData({ isOpen: false });
      if (this.client) this.client.seen(false, this);
      this.tell("close");
    },

    onInput(event) {
      this.setData({ draft: event.detail.value });
      if (this.client && event.detail.value) this.client.typing();
    },

    onSend() {
      const text = this.data.draft;
      if (this.attempt((client) => client.sendText(text))) this.setData({ draft: "" });
    },

    onChip(event) {
      const chip = this.data.chips[Number(event.currentTarget.dataset.place)];
      if (chip) this.attempt((client) => client.sendText(chip.text));
    },

    onOption(event) {
      const option = (this.itemAt(event).options || [])[Number(event.currentTarget.dataset.place)];
      if (option) this.attempt((client) => client.choose(option));
    },

    /** Does what sends; says so where too much waits already. */
    attempt(action) {
      if (!this.client) return false;
      try {
        return action(this.client) !== null;
      } catch (error) {
        this.say("hint.full");
        return false;
      }
    },

    onPicture() {
      if (!this.client) return Promise.resolve();
      return this.client.platform.chooseImages(9).then((paths) => {
        for (const path of paths) this.attempt((client) => client.sendImage(path));
      }, () => {});
    },

    onMode() {
      this.setData({ isVoice: !this.data.isVoice });
    },

    onHold(event) {
      if (this.isHeld || !this.client) return Promise.resolve();
      this.isHeld = true;
      this.heldAt = heightOf(event);
      this.setData({ isRecording: true, isLeaving: false });
      this.recording = this.client.platform.recorder().start().then(() => true, () => {
        this.isHeld = false;
        this.setData({ isRecording: false });
        this.say("hint.microphone");
        return false;
      });
      return this.recording;
    },

    onMove(event) {
      if (!this.isHeld) return;
      const isLeaving = this.heldAt - heightOf(event) > away;
      if (isLeaving !== this.data.isLeaving) this.setData({ isLeaving });
    },

    onRelease() {
      return this.endRecording(!this.data.isLeaving);
    },

    /** A call comes in, or the system takes the finger away. */
    onBreak() {
      return this.endRecording(false);
    },

    async endRecording(isWanted) {
      if (!this.isHeld) return;
      this.isHeld = false;
      this.setData({ isRecording: false, isLeaving: false });
      if (!(await this.recording)) return;
      const recorder = this.client.platform.recorder();
      if (!isWanted) {
        recorder.cancel();
        return;
      }
      const sound = await recorder.stop().catch(() => null);
      if (!sound || !sound.path || sound.duration < shortest) this.say("hint.short");
      else this.attempt((client) => client.sendVoice(sound.path, sound.duration));
    },

    onMark(event) {
      const item = this.itemAt(event);
      if (item.mark === "failed" && item.clientID) this.client.again(item.clientID);
    },

    onImage(event) {
      const images = this.data.items.filter((item) => item.kind === "image" && item.image);
      const index = images.findIndex((item) => item.key === event.currentTarget.dataset.key);
      if (index >= 0) this.client.platform.showPictures(images.map((item) => item.image), index);
    },

    onPlay(event) {
      const item = this.itemAt(event);
      if (item.voice) this.client.platform.play(item.voice);
    },

    /** Where a card leads is the program's own business: the page opens what is its own. */
    onCard(event) {
      const item = this.itemAt(event);
      this.tell("card", { page: item.page || "", link: item.link || "", title: item.text });
    },

    onCopy(event) {
      const item = this.itemAt(event);
      if (item.text) this.client.platform.copy(item.text).catch(() => {});
    },
  },
});

function heightOf(event) {
  const point = (event.touches && event.touches[0]) || (event.changedTouches && event.changedTouches[0]) || {};
  return point.clientY === undefined ? point.pageY || 0 : point.clientY;
}
