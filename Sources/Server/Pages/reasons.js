// SPDX-License-Identifier: Apache-2.0
// What the desk and its channels give as reasons is English. Here it is said in Chinese; what a platform says itself stays as it came.

/** Sentences with `{names}`; what stands in `{reason}` is a sentence itself. The first that fits counts. */
const sentences = [
  // Files: why one is not shown, or could not be fetched.
  ["a picture of {w} × {h} points is not shown", "图片为 {w} × {h} 像素，过大，不予显示"],
  ["an archive of {n} bytes that unpacks to {size} GiB is not to be opened", "压缩包 {n} 字节，解压后达 {size} GiB，请勿打开"],
  ["a page or drawing that can hold script is not shown", "网页或矢量图可能带有脚本，不予显示"],
  ["{host} resolves to a private address", "{host} 指向内网地址，已拒绝"],
  ["{host} is not among the hosts of this plugin's manifest", "{host} 不在该渠道允许访问的域名之内"],
  ["{host}: no such name", "域名 {host} 不存在"],
  ["no answer within {time}", "对方在 {time} 内没有应答"],
  ["no answer in time", "对方没有及时应答"],
  ["{host}: no answer in time", "{host} 没有及时应答"],
  ["{host}: no connection in time", "{host} 未能及时连上"],
  ["{host}: no connection", "{host} 连接不上"],
  ["{host}: the connection broke", "与 {host} 的连接中断"],
  ["the answer is larger than {n} bytes", "文件超过 {n} 字节的上限"],
  ["the file could not be stored: {reason}", "文件未能保存：{reason}"],
  ["the file could not be fetched", "文件未能取到"],
  ["the message names no file", "消息里没有文件"],
  ["the message names no file with an address", "消息里没有可用地址的文件"],
  ["{call} took too long", "渠道插件超时（{call}）"],
  ["HTTP {n}: redirects are not followed", "平台要求跳转（HTTP {n}），不予跟随"],
  ["the file is empty", "文件是空的"],
  ["the answer is a page or JSON, no file", "平台返回的是网页或数据，不是文件"],
  ["a mail of {n} bytes is larger than limit_mb and stays in the mailbox", "邮件 {n} 字节，超过 limit_mb 的上限，留在邮箱中"],
  ["the platform fetches files by itself, and server.public_url of the desk's configuration is not set", "该平台自行下载文件，而本系统没有配置 server.public_url"],
  ["the file cannot be sent here: {reason}", "该渠道发不了这个文件：{reason}"],
  ["the files take {n} in a mail, the mailbox allows {most} (attachment_limit_mb), and links need server.public_url, which is not set", "附件共 {n}，邮箱最多 {most}（attachment_limit_mb）；改发链接需要配置 server.public_url"],
  // Replies: why one waits or failed.
  ["reply_quota_used", "平台的回复条数已用完"],
  ["quota_exhausted: {reason}", "平台的回复条数已用完"],
  ["kept_for_people", "剩下的条数留给人工"],
  ["no_trigger: {reason}", "客户还没有在这里发过消息"],
  ["window_closed", "回复时限已过，没有客户同意的其他渠道"],
  ["window_closed: {reason}", "回复时限已过（{reason}）"],
  ["{reason}; and no notice was allowed: {more}", "{reason}；客户也没有订阅通知（{more}）"],
  ["the time to answer the customer is over", "已超过可以回复客户的时间"],
  ["the customer's last message is more than 24 hours old, and no template_name is set", "客户最后一条消息已超过 24 小时，且没有配置模板 template_name"],
  ["the customer is not known on channel {channel}", "不知道客户在渠道 {channel} 的身份"],
  ["the customer's number is none that can be written to", "客户的号码无法接收短信"],
  ["there is nothing to send", "没有可以发送的内容"],
  ["there is nothing to send: {reason}", "没有该平台能显示的内容"],
  ["a message of kind {kind} cannot be sent here", "该渠道不支持这类消息（{kind}）"],
  ["the answer was lost: {reason}", "没有收到平台的应答，会再试：{reason}"],
  ["the answer was lost twice; the customer may have received it: {reason}", "两次都没有收到平台的应答，客户可能已经收到：{reason}"],
  ["the answer was lost, the customer may have received it: {reason}", "没有收到平台的应答，客户可能已经收到：{reason}"],
  ["the notice's answer was lost: {reason}", "通知已发出但没有收到应答：{reason}"],
  ["the customer may have received it: {reason}", "客户可能已经收到：{reason}"],
  ["the platform's content check finds it risky: {reason}", "平台的内容安全检查认为有风险：{reason}"],
  ["the session has ended; the customer has to write again", "会话已结束，需要客户再次发来消息"],
  ["the session is with WeCom's own agents ({reason})", "会话由企业微信自己的接待人员处理（{reason}）"],
  ["the mail names no sender who could be answered", "邮件没有可以回复的发件人"],
  ["no automatic answer: {reason}", "不自动回复：{reason}"],
  ["part {n} of {all}: {reason}", "第 {n} 条（共 {all} 条）：{reason}"],
  ["the platform refuses {name}", "平台不接受 {name}"],
  ["HTTP {n} without JSON", "平台应答异常（HTTP {n}）"],
  ["Message {id} still cannot be sent: {reason}.", "仍然无法发送：{reason}"],
  // Notes that the desk writes itself.
  ["Replies go to {channel}: the time to reply on {from} is over until the customer writes again.", "回复改走 {channel}：在 {from} 的回复时限已过，直到客户再次发来消息。"],
  ["Replies go to {channel}: {from} takes no more replies until the customer writes again.", "回复改走 {channel}：{from} 的回复条数已用完，直到客户再次发来消息。"],
  ["The answer of {rule} was not sent ({reason}); please take over.", "规则 {rule} 的回复没有发出（{reason}），请接手。"],
  ["Rule {rule} rests after failures, and nobody else has answered; please take over.", "规则 {rule} 多次出错已停用，没有其他回复，请接手。"],
  ["Flow {flow} could not go on ({reason}); please take over.", "流程 {flow} 无法继续（{reason}），请接手。"],
];

const patterns = sentences.map(([english, chinese]) => {
  const names = [...english.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const pattern = english.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("([^]+?)");
  return { pattern: new RegExp(`^${pattern}$`), names, chinese };
});

/** A reason in the language of the page; one that is not known stays as it is. */
export function reasonIn(language, reason) {
  const text = String(reason ?? "");
  if (language !== "zh-CN") return text;
  for (const { pattern, names, chinese } of patterns) {
    const found = pattern.exec(text);
    if (!found) continue;
    const values = Object.fromEntries(names.map((name, index) => [name, found[index + 1]]));
    return chinese.replace(/\{(\w+)\}/g, (whole, name) => (name === "reason" ? reasonIn(language, values[name]) : values[name] ?? whole));
  }
  return text;
}
