// SPDX-License-Identifier: Apache-2.0
// The chat as customers see it: an entry with a badge, and behind it messages, common questions, text, voice and
// pictures.
const { LiveClient, viewOf, questions, languageOf, textIn } = require("../lib/index.js");
const { define } = require("./define.js");

const words = [
  "entry", "title", "close", "placeholder", "send", "hold", "recording", "cancelVoice", "keyboard", "voice", "picture",
  "typing", "common", "newer",
];
/** So far up, in pixels, a finger takes a recording back. */
const away = 80;
/** A recording shorter than this was a slip of the finger, ms. */
const shortest = 800;
/** So many messages are drawn; twice as many while older ones are read, of which `step` come at a time. */
const drawn = 100;
const step = 50;
/** A list that was opened goes to its end by itself, ms. */
const settling = 1000;

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
    t: {}, heading: "", firstWords: "", status: "", hint: "", notice: "", badge: "", items: [], chips: [],
    draft: "",
    // The message that the list shows; whether it glides there; what the row over the oldest says, or none.
    target: "", isGliding: true, older: "",
    hasNewer: false,
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
    this.look();
  },

  hidden() {
    if (this.client) this.client.seen(false, this);
  },

  changed() {
    const identity = this.option("identity");
    const isOther = JSON.stringify(identity) !== JSON.stringify(this.identity);
    if (this.client && isOther) {
      // Who signed out is not a guest before they open the chat again.
      if (!identity && !this.data.isOpen && !this.data.isInline) this.client.stop();
      this.client.identify(identity);
    }
    this.begin();
    if (this.client) this.startIfKnown();
  },

  methods: {
    /** Takes the options and starts the client; without a desk it waits for one. */
    begin() {
      this.language = languageOf(this.option("language"));
      const t = {};
      for (const word of words) t[word] = textIn(this.language, word);
      this.identity = this.option("identity");
      this.setData({
        t, heading: this.option("title") || t.title,
        firstWords: this.option("welcome") || textIn(this.language, "welcome"),
        isInline: Boolean(this.option("inline")),
      });
      if (this.client || !this.option("desk")) {
        this.setData({ chips: this.chips(false) });
        return;
      }
      this.client = LiveClient.shared({
        desk: this.option("desk"), channel: this.option("channel"), login: this.option("login"),
        identity: this.option("identity"),
        language: this.language,
      });
      this.unlisten = this.client.listen(() => this.drawSoon());
      this.setData({ canRecord: this.client.platform.canRecord() });
      this.startIfKnown();
      this.openedAt = Date.now();
      this.look();
      this.draw();
    },

    /** Nobody becomes a customer by looking at a page: strangers do when they open the chat for the first time. */
    startIfKnown() {
      if (this.data.isInline || this.client.memory.session || this.identity) this.client.start();
    },

    /** Common questions: the program's own, else the channel's, else the usual ones. @param isWithPerson then none */
    chips(isWithPerson) {
      if (this.option("hideQuestions") || isWithPerson) return [];
      const own = this.option("questions") || [];
      if (own.length) return own;
      const asked = this.client ? this.client.questions(this.language) : null;
      return asked ? asked.map((text) => ({ label: text, text })) : questions[this.language];
    },

    /** Tells the client whether the newest messages are in sight now. */
    look() {
      this.client.seen((this.data.isOpen || this.data.isInline) && !this.topKey, this);
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
      const { items, isCut } = this.drawnOf(view.items);
      if (view.badge !== this.data.badge) this.tell("unread", { count: view.unread });
      const change = {
        items, status: view.status, hint: view.hint, isTyping: view.isTyping, badge: view.badge,
        older: isCut || view.hasOlder ? textIn(this.language, this.olderState || "older") : "",
        chips: this.chips(view.isWithPerson),
      };
      // Who reads what was said before is not taken away from it by what comes.
      const isNew = view.lastKey !== this.lastKey;
      this.lastKey = view.lastKey;
      if (isNew && this.topKey) change.hasNewer = true;
      else if (isNew) Object.assign(change, { target: view.lastKey, isGliding: true });
      this.setData(change);
    },

    /** The part that is drawn: the newest, or from where the customer reads. */
    drawnOf(all) {
      const top = this.topKey ? all.findIndex((item) => item.key === this.topKey) : -1;
      if (top < 0) this.topKey = null;
      const from = top < 0 ? Math.max(0, all.length - drawn) : top;
      return { items: all.slice(from, top < 0 ? all.length : from + 2 * drawn), isCut: from > 0 };
    },

    /** Draws from another message on; the one that was read stays where it is. */
    drawFrom(topKey, target) {
      this.topKey = topKey;
      this.look();
      this.draw();
      this.setData({ target, isGliding: false });
    },

    allItems() {
      return viewOf(this.client, this.language, Date.now()).items;
    },

    /** The list is at its upper end: by the customer's finger, if it was not opened just now. */
    onUpper() {
      return Date.now() - this.openedAt > settling && this.olderState !== "olderFailed" ? this.onOlder()
        : Promise.resolve();
    },

    /** The customer asks for what was said before. */
    async onOlder() {
      const [first] = this.data.items;
      if (!this.client || !first || !this.data.older || this.olderState === "olderLoading") return;
      const placeOf = () => this.allItems().findIndex((item) => item.key === first.key);
      if (placeOf() <= 0) {
        this.olderState = "olderLoading";
        this.draw();
        const isThere = await this.client.older();
        this.olderState = isThere ? "" : "olderFailed";
      }
      const place = placeOf();
      if (place > 0) this.drawFrom(this.allItems()[Math.max(0, place - step)].key, first.key);
      else this.draw();
    },

    /** The customer comes to the lower end of what is drawn. */
    onLower() {
      if (!this.topKey) return;
      const all = this.allItems();
      const last = this.data.items[this.data.items.length - 1];
      const top = all.findIndex((item) => item.key === this.topKey);
      if (last && all[all.length - 1].key !== last.key) {
        this.drawFrom(all[Math.min(top + step, all.length - drawn)].key, last.key);
      }
      else this.toNewest();
    },

    toNewest() {
      if (!this.topKey) return;
      this.topKey = null;
      this.look();
      this.draw();
      this.setData({ hasNewer: false, target: this.lastKey, isGliding: false });
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
      this.openedAt = Date.now();
      this.setData({ isOpen: true, isGliding: false });
      if (this.client) {
        this.client.start();
        this.look();
      }
      this.tell("open");
    },

    onClose() {
      this.setData({ isOpen: false });
      if (this.client) {
        this.toNewest();
        this.look();
      }
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
      const { options, isAnswered } = this.itemAt(event);
      const option = (options || [])[Number(event.currentTarget.dataset.place)];
      if (option && !isAnswered) this.attempt((client) => client.choose(option));
    },

    /** Does what sends; says so where too much waits already. */
    attempt(action) {
      if (!this.client) return false;
      try {
        const isDone = action(this.client) !== null;
        if (isDone) this.toNewest();
        return isDone;
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
      if (item.mark !== "failed" || !item.clientID) return;
      if (item.isHopeless) this.client.discard(item.clientID);
      else this.client.again(item.clientID);
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

    /** Documents are shown where the platform has a reader for them; a browser opens all. */
    onFile(event) {
      const { link, type } = this.itemAt(event);
      if (!link) return undefined;
      const { platform } = this.client;
      const copy = () => platform.copy(link).then(() => this.say("hint.copied"), () => {});
      if (!platform.canOpen(type)) return copy();
      this.say("hint.opening");
      // Its domain may not be allowed in the console, or the file be damaged.
      return platform.openDocument(link, type).then(() => this.setData({ notice: "" }), copy);
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
