-- SPDX-License-Identifier: Apache-2.0
-- What the bot says in English. {name} and its like are filled in. Every text here stands in zh-CN.lua too.
return {
  -- First words.
  greeting = "Hello, welcome to the learning centre! I can book a trial lesson, look up progress and exam dates, and help when a lesson does not work. If you are under 14, please write together with a parent.",
  hello = "Hello! Ask me about trial lessons, fees, progress, replays, homework or exams, or write \"agent\" for a person.",
  option_trial = "Book a trial lesson",
  option_tech = "My lesson does not work",
  option_exams = "Exam dates",
  option_human = "Talk to a person",
  vip_connecting = "I am connecting you to your personal learning adviser.",
  closed = "Our team is not in right now (9:00 to 21:00 every day, UTC+8); your question is noted for tomorrow. Replays and homework are always there under My courses.",
  complaint = "I am sorry about this. Your complaint has a number now; I am connecting you to the principal's office, with an answer within 3 working days.",
  hello_parent = "Good to meet you! What would you like to know? I can help with trial lessons, fees and progress.",
  hello_student = "Hello! Ask me about lessons, homework, replays and exams. Enrolment and refunds are for your parents.",

  -- Minors.
  crisis = "Thank you for telling us; it is not your fault. If there is danger now call 110 or 120 and go to an adult you trust; the youth line 12355 and the help line 12356 listen. One of our teachers will be with you right away.",
  impostor = "Please do not pay. Our teachers never ask for money in a private chat; fees are paid under Me → Orders only. A colleague looks into it now; if you have paid already, call 110 or the fraud line 96110.",
  quiet = "It is late, please get some rest! I have noted your question for your teacher, who answers tomorrow.",
  parents_please = "Enrolment, payment and refunds are for a parent or guardian; please ask them to write to us. You can go on asking me about lessons and homework.",
  homework_teacher = "I do not do homework, but a teacher can explain it. I am connecting you to your class tutor; please send a photo of it.",

  -- Exams.
  exams_head = "Coming exams:",
  exams_line = "{name}: {date}, register by {register}",
  exams_none = "There is no published exam at the moment. New dates appear first under My courses → News.",

  -- A trial lesson.
  ask_age = "Let us book a trial lesson. How old is the student?",
  ask_age_again = "Please tell me the age as a number, for example 8.",
  ask_subject = "Which course would you like to try?",
  no_course = "We have no course for this age at the moment; an adviser will suggest something.",
  ask_time = "When would it suit you? For example \"Saturday afternoon\".",
  ask_phone = "Please leave a parent's phone number; an adviser confirms the time, and it is used for nothing else.",
  ask_phone_adult = "Please leave a phone number; an adviser confirms the time, and it is used for nothing else.",
  ask_phone_again = "I see no phone number there, please send it again.",
  trial_booked = "Your trial is noted: {course}, {day}. An adviser confirms it within 24 hours; the trial is free.",

  -- A refund.
  ask_contract = "Please tell me the contract number (under Me → Contracts).",
  ask_contract_again = "I see no contract number, for example HT20260901. Write \"agent\" if you cannot find it.",
  ask_reason = "Why would you like to stop?",
  reason_time = "The times do not suit us",
  reason_teacher = "Not happy with the teaching",
  reason_move = "Moving, or health",
  reason_other = "Another reason",
  refund_noted = "Your refund for contract {no} is noted. Lessons not taken are refunded by the contract; a colleague confirms the sum within 3 working days, and it comes back within 7 more.",
  refund_people = "What you say about the teaching matters; a colleague talks to you directly.",

  -- Technical trouble.
  ask_trouble = "Don't worry, let us have a look. What is it?",
  trouble_enter = "I cannot get in",
  trouble_sound = "No sound",
  trouble_picture = "No picture",
  trouble_replay = "The replay does not play",
  tip_enter = "Sign out and in again, choose today's lesson under My courses (it opens 15 minutes before), and if that fails use your phone's hotspot.",
  tip_sound = "Check headset and volume, and choose the device again under Settings → Sound in the client.",
  tip_picture = "Switch the line under Settings → Picture, close other programs that use the camera, and enter again.",
  tip_replay = "Replays are ready two hours after the lesson; update the client, or open it from My courses in another browser.",
  ask_solved = "Does it work now? (yes / no)",
  solved = "Great, enjoy the lesson! What you missed is in the replay.",
  tech_people = "I am connecting you to our technical team; lessons that are running come first.",

  -- Progress.
  progress = "{course}: {done} of {total} lessons done, {left} left. Next lesson: {next}.",
  progress_people = "I cannot look it up; I am asking your class tutor.",
  not_understood = "Sorry, I did not get that. Could you put it differently, or write \"agent\" for a person?",
  dialogue_left = "All right, I have stopped that. What else can I do for you?",

  -- On the way to a person.
  handover = "One moment, I am connecting you to a colleague.",
  handover_picture = "Got it. A colleague will have a look, one moment please.",
  queue_position = "There are about {ahead} people before you. It will not take long.",
  queue_next = "You are next, one moment please.",
  still_waiting = "Thank you for your patience; all colleagues are busy, and your place in the queue is kept.",
  angry_handover = "I am sorry. Somebody who can solve this takes over right now.",

  -- For colleagues.
  somebody = "A customer",
  angry_customer = "{name} is angry and has waited for 60 s.",
  angry_note = "The customer is upset; please take this first.",
  vip_waiting = "A premium customer has waited for more than 15 s.",
  note_impostor = "Somebody poses as a teacher and asks for money: check, and ask the parent to keep the messages.",
  note_complaint = "The customer complains; a ticket is open.",
  note_misunderstood = "The bot did not understand the customer twice.",
  note_night = "Came in outside our hours; please answer soon.",
  note_picture = "The customer sent a picture, voice message, file or place.",
  unanswered = "A customer has waited too long for an answer.",
  note_crisis = "A student may be in danger (self-harm, bullying, violence): take over now, keep talking, follow the child protection procedure.",
  note_quiet = "A minor wrote at night; answer tomorrow, do not disturb them now.",
  note_homework = "A student has a question about homework or a topic.",
  note_trial = "Trial not finished: age {age}, course {course}, time {day}.",
  note_refund = "Refund: contract {no}, reason: {reason}.",
  note_tech = "Technical trouble: {trouble}; the usual tips did not help.",
  note_progress = "The school's system gave no progress for this customer.",
  ticket_complaint = "Complaint of a family",
  ticket_trial = "Trial lesson {course}",
  ticket_refund = "Refund {no}",
  urgent_waiting = "Urgent: a student who may be in danger has waited for 15 s.",
  unknown = "not given",
}
