// SPDX-License-Identifier: Apache-2.0
/** Everything the component says, in both languages. */
const texts = {
  "zh-CN": {
    entry: "客服", title: "在线客服", close: "关闭", placeholder: "请输入您的问题…", send: "发送", hold: "按住 说话",
    recording: "松开 发送，上滑取消",
    cancelVoice: "松开 取消", keyboard: "键盘", voice: "语音", picture: "图片", typing: "对方正在输入…", common: "常见问题", you: "您",
    bot: "智能助手",
    agent: "客服", welcome: "您好！请问有什么可以帮您？",
    "status.bot": "智能助手为您服务", "status.queued": "正在为您接入人工客服，请稍候", "status.assigned": "{name} 正在为您服务",
    "status.pending": "客服正在跟进您的问题", "status.resolved": "有问题随时留言",
    "hint.connecting": "正在连接…", "hint.offline": "网络已断开。您仍可以写消息，恢复后会自动发出。", "hint.unavailable": "暂时无法连接客服，正在重试…",
    "hint.channel": "客服入口未开放，请稍后再来。", "hint.fresh": "会话已过期，已为您开启新的会话。", "hint.copied": "链接已复制，请在浏览器中打开", "hint.opening": "正在打开文件…", "hint.full": "待发送的消息太多，请等网络恢复。", "hint.microphone": "无法录音，请检查麦克风权限。",
    "hint.short": "说话时间太短", "hint.waiting": "您的消息已送达，客服会尽快回复。",
    "notice.queued": "已为您转接人工客服，请稍候", "notice.assigned": "{name} 已接入，为您服务", "notice.bot": "智能助手继续为您服务",
    "notice.resolved": "本次服务已结束，如有需要请继续留言", "notice.pending": "客服正在跟进您的问题，有进展会在这里告诉您",
    "mark.waiting": "等待发送", "mark.uploading": "上传中", "mark.sending": "发送中", "mark.sent": "已发送",
    "mark.delivered": "已送达", "mark.read": "已读",
    "mark.failed": "未发送，点此重试", "reason.too_large": "文件太大，点此移除",
    older: "查看更早的消息", olderLoading: "正在加载…", olderFailed: "加载失败，点此重试", newer: "有新消息", "kind.image": "[图片]", "kind.voice": "语音",
    "kind.video": "[视频]", "kind.file": "[文件]",
    "kind.location": "[位置]", "kind.card": "[卡片]", "kind.unsupported": "[暂不支持显示的消息]", yesterday: "昨天",
  },
  en: {
    entry: "Help", title: "Customer service", close: "Close", placeholder: "How can we help?", send: "Send",
    hold: "Hold to talk",
    recording: "Release to send, slide up to cancel", cancelVoice: "Release to cancel", keyboard: "Keyboard",
    voice: "Voice", picture: "Picture",
    typing: "Typing…", common: "Common questions", you: "You", bot: "Assistant", agent: "Agent",
    welcome: "Hello! What can we do for you?",
    "status.bot": "Our assistant is here for you", "status.queued": "Finding a person for you",
    "status.assigned": "{name} is here for you",
    "status.pending": "We are looking into it", "status.resolved": "Write any time",
    "hint.connecting": "Connecting…",
    "hint.offline": "You are offline. Keep writing: it will be sent when you are back.",
    "hint.unavailable": "We cannot reach our desk just now. Trying again…",
    "hint.channel": "Customer service is not open here. Please come back later.",
    "hint.fresh": "Your session had expired; this is a new one.",
    "hint.copied": "The link is copied; open it in a browser",
    "hint.opening": "Opening the file…",
    "hint.full": "Too many messages wait to be sent. Please wait for the network.",
    "hint.microphone": "The microphone cannot be used; please check the permission.",
    "hint.short": "That was too short",
    "hint.waiting": "Your message has arrived; we will answer soon.",
    "notice.queued": "A person will be with you shortly", "notice.assigned": "{name} joined the conversation",
    "notice.bot": "Our assistant is back",
    "notice.resolved": "This conversation is closed. Write again any time",
    "notice.pending": "We are looking into it and will write to you here",
    "mark.waiting": "Waiting to be sent", "mark.uploading": "Uploading", "mark.sending": "Sending",
    "mark.sent": "Sent", "mark.delivered": "Delivered",
    "mark.read": "Read", "mark.failed": "Not sent, tap to retry", "reason.too_large": "File too large, tap to remove",
    older: "Show earlier messages", olderLoading: "Loading…", olderFailed: "Could not load them, tap to retry",
    newer: "New messages",
    "kind.image": "[Picture]", "kind.voice": "Voice",
    "kind.video": "[Video]", "kind.file": "[File]", "kind.location": "[Location]", "kind.card": "[Card]",
    "kind.unsupported": "[This message cannot be shown here]",
    yesterday: "Yesterday",
  },
};

/** Common questions: what the chip shows, and what it sends. A program gives its own. */
const questions = {
  "zh-CN": [
    { label: "发货", text: "什么时候发货？" }, { label: "退货", text: "我要退货" }, { label: "价格", text: "这个多少钱？" },
    { label: "发票", text: "怎么开发票？" }, { label: "人工", text: "人工" },
  ],
  en: [
    { label: "Shipping", text: "When will it ship?" }, { label: "Return", text: "I want to return an item" },
    { label: "Price", text: "How much is it?" }, { label: "Invoice", text: "How do I get an invoice?" },
    { label: "Talk to a person", text: "human agent" },
  ],
};

/** The nearest language we have. */
function languageOf(wish) {
  return /^en/i.test(wish || "") ? "en" : "zh-CN";
}

function textIn(language, key, values) {
  const found = texts[languageOf(language)][key];
  return (found === undefined ? key : found).replace(/\{(\w+)\}/g, (all, name) => (values && values[name]) || "");
}

module.exports = { texts, questions, languageOf, textIn };
