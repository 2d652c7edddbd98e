// SPDX-License-Identifier: Apache-2.0

/** Everything the customer's page says, in both languages. */
export const chatTexts = {
  "zh-CN": {
    title: "在线客服", language: "English", "language.label": "Switch to English", log: "对话记录", write: "输入消息", hint: "请输入您的问题…", send: "发送",
    typing: "对方正在输入", common: "常见问题", today: "今天", yesterday: "昨天", you: "您", bot: "智能助手", agent: "客服", newer: "有新消息 ↓",
    "status.bot": "智能助手为您服务", "status.queued": "正在为您接入人工客服", "status.agent": "{name} 正在为您服务", "status.resolved": "有问题随时留言",
    "status.connecting": "正在连接…", "status.offline": "未连接",
    "banner.offline": "网络已断开。您仍可以写消息，恢复后会自动发出。", "banner.fresh": "会话已过期，已为您开启新的会话。",
    "banner.unavailable": "暂时无法连接客服，正在重试…", "banner.channel": "此客服入口不存在或未开放，请检查链接。",
    "notice.queued": "已为您转接人工客服，请稍候", "notice.assigned": "{name} 已接入，为您服务", "notice.returned": "智能助手继续为您服务",
    "notice.resolved": "本次服务已结束，如有需要请继续留言", "notice.pending": "客服正在跟进您的问题，有进展会在这里告诉您",
    "delivery.waiting": "等待发送", "delivery.sending": "发送中", "delivery.sent": "已发送", "delivery.delivered": "已送达", "delivery.read": "已读",
    "delivery.failed": "未发送", again: "重新发送", unread: "({n}) 新消息",
    "kind.image": "图片", "kind.voice": "语音", "kind.video": "视频", "kind.file": "文件", "kind.location": "位置", "kind.card": "卡片", "kind.menu": "菜单",
    "kind.event": "事件", "kind.unsupported": "暂不支持显示的消息", "kind.text": "消息",
    attach: "发送图片或文件", record: "语音留言", "banner.uploading": "正在上传…", "banner.large": "文件太大，最大 20 MB。", "banner.upload": "上传失败，请重试。",
    "banner.recording": "正在录音… 再次点击麦克风发送，按 Esc 取消", "banner.microphone": "无法使用麦克风，请检查权限。",
    welcome: "您好！请问有什么可以帮您？",
  },
  en: {
    title: "Customer service", language: "中文", "language.label": "切换到中文", log: "Conversation", write: "Write a message", hint: "How can we help?", send: "Send",
    typing: "Typing", common: "Common questions", today: "Today", yesterday: "Yesterday", you: "You", bot: "Assistant", agent: "Agent", newer: "New messages ↓",
    "status.bot": "Our assistant is here for you", "status.queued": "Finding a person for you", "status.agent": "{name} is here for you",
    "status.resolved": "Write any time", "status.connecting": "Connecting…", "status.offline": "Not connected",
    "banner.offline": "You are offline. Keep writing: it will be sent when you are back.", "banner.fresh": "Your session had expired; this is a new one.",
    "banner.unavailable": "We cannot reach our desk just now. Trying again…", "banner.channel": "There is no customer service at this address. Please check the link.",
    "notice.queued": "A person will be with you shortly", "notice.assigned": "{name} joined the conversation", "notice.returned": "Our assistant is back",
    "notice.resolved": "This conversation is closed. Write again any time", "notice.pending": "We are looking into it and will write to you here",
    "delivery.waiting": "Waiting to be sent", "delivery.sending": "Sending", "delivery.sent": "Sent", "delivery.delivered": "Delivered", "delivery.read": "Read",
    "delivery.failed": "Not sent", again: "Send again", unread: "({n}) new",
    "kind.image": "Picture", "kind.voice": "Voice message", "kind.video": "Video", "kind.file": "File", "kind.location": "Location", "kind.card": "Card",
    "kind.menu": "Menu", "kind.event": "Event", "kind.unsupported": "This message cannot be shown here", "kind.text": "Message",
    attach: "Send a picture or file", record: "Voice message", "banner.uploading": "Uploading…", "banner.large": "That file is too large: 20 MB at most.", "banner.upload": "The upload failed. Please try again.",
    "banner.recording": "Recording… press the microphone again to send, Esc to discard", "banner.microphone": "The microphone cannot be used; please check the permission.",
    welcome: "Hello! What can we do for you?",
  },
};

/** Common questions: what the chip shows, and what it sends. */
export const chatChips = {
  "zh-CN": [["价格", "这个多少钱？"], ["库存", "有货吗？"], ["发货", "什么时候发货？"], ["退货", "我要退货"], ["人工", "人工"]],
  en: [["Price", "How much is it?"], ["Stock", "Is it in stock?"], ["Shipping", "When will it ship?"], ["Return", "I want to return an item"], ["Talk to a person", "human agent"]],
};
