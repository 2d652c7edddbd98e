-- SPDX-License-Identifier: Apache-2.0
-- What the bot says in Chinese. {name} and its like are filled in. Every text here stands in en.lua too.
return {
  -- First words.
  greeting = "您好，欢迎来到学习中心！我可以帮您约试听课、查课程进度和考试时间、处理上课技术问题。14 岁以下同学请和家长一起咨询。",
  hello = "您好！试听、学费、课程进度、回放、作业、考试时间都可以问我，输入「人工」转人工老师。",
  option_trial = "预约试听",
  option_tech = "上课有问题",
  option_exams = "考试时间",
  option_human = "转人工",
  vip_connecting = "您好，正在为您接通专属学习顾问。",
  closed = "现在不在人工服务时间（每天 9:00–21:00），您的问题已经记下，明天会尽快回复。上课回放和作业随时可以在「我的课程」查看。",
  complaint = "非常抱歉给您带来不好的体验。您的投诉已登记，正在为您转接校长办公室，3 个工作日内答复。",
  hello_parent = "好的，家长您好！请问想了解什么？试听、学费、进度都可以问我。",
  hello_student = "同学你好！课程、作业、回放、考试时间都可以问我。报名和退费请让家长来办理。",

  -- Minors.
  crisis = "谢谢你愿意说出来，这不是你的错。如果现在有危险，请马上拨打 110 或 120，去找身边信任的大人；青少年服务热线 12355、心理援助热线 12356 都有人听你说。我们的老师马上来陪你。",
  impostor = "请先不要付款。我们的老师不会私下加微信收钱，缴费只在「我的 → 订单」里进行。正在请同事核实；如已转账，请立即拨打 110 或反诈专线 96110。",
  quiet = "已经很晚啦，同学早点休息！你的问题我已经记给老师，明天上课时间回复你。",
  parents_please = "报名、缴费和退费需要家长（监护人）来办理，请让家长联系我们。课程和作业的问题可以继续问我。",
  homework_teacher = "我不能替你做作业，不过老师可以讲给你听。正在为你联系班主任，请把题目拍照发来。",

  -- Exams.
  exams_head = "近期考试安排：",
  exams_line = "{name}：{date}，报名截止 {register}",
  exams_none = "近期没有已公布的考试。新的安排会第一时间发布在「我的课程 → 公告」。",

  -- A trial lesson.
  ask_age = "好的，帮您约试听。请问学员几岁？",
  ask_age_again = "请告诉我年龄的数字，例如 8。",
  ask_subject = "想试听哪一门课？",
  no_course = "这个年龄暂时没有合适的课程，正在请课程顾问为您推荐。",
  ask_time = "什么时候方便？例如「周六下午」。",
  ask_phone = "请留一个家长的手机号，顾问会确认时间，不会用于其他推销。",
  ask_phone_adult = "请留一个手机号，顾问会确认时间，不会用于其他推销。",
  ask_phone_again = "没有看到手机号，请再发一次。",
  trial_booked = "试听已登记：{course}，{day}。课程顾问会在 24 小时内（服务时间）确认，试听免费。",

  -- A refund.
  ask_contract = "请告诉我合同编号（「我的 → 合同」里可以看到）。",
  ask_contract_again = "没有看到合同编号，例如 HT20260901。找不到请输入「人工」。",
  ask_reason = "请问退费的原因是？",
  reason_time = "时间安排不合适",
  reason_teacher = "对教学不满意",
  reason_move = "搬家／身体原因",
  reason_other = "其他",
  refund_noted = "退费申请已登记（合同 {no}）。按合同退还未消耗课时费用，合同专员 3 个工作日内核对金额并与您确认，确认后 7 个工作日内原路退回。",
  refund_people = "您对教学的意见很重要，正在请合同专员直接和您沟通。",

  -- Technical trouble.
  ask_trouble = "别着急，我们来看看。是哪一种情况？",
  trouble_enter = "进不去教室",
  trouble_sound = "听不到／没声音",
  trouble_picture = "黑屏／看不到",
  trouble_replay = "回放打不开",
  tip_enter = "请退出客户端重新登录，确认是「我的课程」里今天的课，开课前 15 分钟才能进入；仍不行请换手机热点。",
  tip_sound = "请检查耳麦是否插好、系统音量，并在客户端「设置 → 声音」里重新选择设备。",
  tip_picture = "请在「设置 → 画面」切换线路，关闭其他占用摄像头的软件，再重新进入教室。",
  tip_replay = "回放在课后 2 小时生成；请更新客户端，或换浏览器从「我的课程」打开。",
  ask_solved = "现在好了吗？（是／否）",
  solved = "太好了，祝上课愉快！错过的部分可以看回放。",
  tech_people = "正在为您转接技术老师，正在上课的优先处理。",

  -- Progress.
  progress = "《{course}》已上 {done} 节，共 {total} 节，还剩 {left} 节。下节课：{next}。",
  progress_people = "我这里查不到，正在请班主任为您查询。",
  not_understood = "抱歉，我没太明白。您可以换个说法，或输入「人工」转人工客服。",
  dialogue_left = "好的，已为您停止办理。还有什么可以帮您？",

  -- On the way to a person.
  handover = "好的，正在为您转接人工客服，请稍候。",
  handover_picture = "收到，请人工客服为您查看，请稍候。",
  queue_position = "您前面大约还有 {ahead} 位，请稍候，很快就到您。",
  queue_next = "您是下一位，请稍候。",
  still_waiting = "让您久等了，客服正忙，您的排队位置一直保留。",
  angry_handover = "非常抱歉，我马上请专人来处理您的问题。",

  -- For colleagues.
  somebody = "一位客户",
  angry_customer = "{name}很生气，已等待 60 秒。",
  angry_note = "客户情绪激动，请优先处理。",
  vip_waiting = "贵宾客户等待超过 15 秒。",
  note_impostor = "有人冒充老师向家长收钱：请核实，提醒家长保留记录。",
  note_complaint = "客户投诉，已建工单。",
  note_misunderstood = "机器人两次没有理解客户的问题。",
  note_night = "非工作时间的留言，请尽快回复。",
  note_picture = "客户发来图片、语音、文件或位置，请查看。",
  unanswered = "有客户等待超时，还没有收到回复。",
  note_crisis = "学员可能处于危险（自伤、霸凌或家暴）：请立即接手，不要让对话中断，按未成年人保护流程联系监护人或报警。",
  note_quiet = "未成年人夜间留言，请明天上课时间回复，不要在夜间打扰。",
  note_homework = "学员有作业或知识点问题。",
  note_trial = "试听未登记完：年龄 {age}，课程 {course}，时间 {day}。",
  note_refund = "退费：合同 {no}，原因：{reason}。",
  note_tech = "技术问题：{trouble}，自助排查未解决。",
  note_progress = "教务系统没有返回该客户的课程进度。",
  ticket_complaint = "家长或学员投诉",
  ticket_trial = "试听 {course}",
  ticket_refund = "退费 {no}",
  urgent_waiting = "紧急：可能处于危险的学员已等待 15 秒。",
  unknown = "未提供",
}
