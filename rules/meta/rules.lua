---@meta
-- SPDX-License-Identifier: Apache-2.0
-- What rules can use, for editors (LuaCATS). Never loaded by the server.
-- Made by `luadesk rules meta`; changes here are lost.

---What `all`, `eq` and their like make.
---@class Condition

---What `above`, `below` and `anomaly` make for alerts.
---@class Bound

---One of `pattern`.
---@class Pattern

---How long: `90s`, `10m`, `1h30m`, `7d`.
---@alias Duration string

---A text, a text by key (`i18n`), by language, or made by a function.
---@alias Wording string|table<string, string>|fun(c: View): string

---What a condition looks at.
---@alias Path string
---| "customer.NAME"
---| "customer.id"
---| "customer.name"
---| "customer.language"
---| "customer.tags"
---| "customer.is_test"
---| "customer.created_at"
---| "customer.last_seen_at"
---| "conversation.id"
---| "conversation.state"
---| "conversation.team"
---| "conversation.agent"
---| "conversation.channel"
---| "conversation.priority"
---| "conversation.tags"
---| "conversation.mood"
---| "conversation.sla"
---| "conversation.reopenings"
---| "conversation.replies_left"
---| "conversation.attributes.NAME"
---| "conversation.started_at"
---| "conversation.waiting_since"
---| "conversation.queued_at"
---| "conversation.assigned_at"
---| "conversation.person_wanted_since"
---| "conversation.last_customer_message_at"
---| "conversation.last_reply_at"
---| "conversation.reply_until"
---| "conversation.waiting_s"
---| "conversation.queued_s"
---| "waiting_s"
---| "now.hour"
---| "now.minute"
---| "now.weekday"
---| "now.date"
---| "message.kind"
---| "message.text"
---| "message.event"
---| "message.mood"
---| "message.fields.NAME"
---| "channel"
---| "mood"
---| "intent"
---| "confidence"
---| "language"
---| "desk.queue"
---| "desk.queue.TEAM"
---| "desk.online.TEAM"
---| "desk.open.TEAM"

---What an alert measures.
---@alias Measure string
---| "first_response_time" # From the beginning of the present wait for a person (hand-off, reopening) to the first reply by a person; once for each wait. By: `channel`, `team`, `agent`, `tag`.
---| "response_time" # For each turn of a customer, from the first message that nobody has answered to the first reply by a person. By: `channel`, `team`, `agent`, `tag`.
---| "handling_time" # The spans in which something happened while a person had it, to the end; gaps of more than four minutes do not count. By: `channel`, `team`, `agent`, `tag`.
---| "queue_wait" # From entering the queue to acceptance; `max`, the usual stat, also knows who waits now. By: `channel`, `team`, `tag`.
---| "queue_abandoned" # From entering the queue to leaving it unserved; `count` is the usual stat. By: `channel`, `team`, `tag`.
---| "resolution_time" # From creation or reopening to the end, for each cycle. By: `channel`, `team`, `agent`, `tag`.
---| "backlog" # What is with people now and not resolved; `count` is the usual stat, times are ages since people were wanted. Needs no `over`. By: `channel`, `team`, `agent`, `tag`.
---| "ticket_backlog" # Tickets that are neither solved nor closed now; `count` is the usual stat, times are ages since they were opened or reopened. Needs no `over`. By: `channel`, `team`, `agent`, `tag`.
---| "timely_response_rate" # Turns answered within `within` (30 s if absent) of all that wanted a person's answer, also those that got none or still wait. By: `channel`, `team`, `agent`, `tag`.
---| "abandonment_rate" # Left the queue before acceptance, of all that left it. By: `channel`, `team`, `tag`.
---| "first_contact_resolution" # Resolved with at most one stint with people, without a reopening or a new conversation on the same `topic` (an attribute of conversations) within 72 h; it counts when they are over. By: `channel`, `team`, `agent`, `tag`.
---| "satisfaction" # Ratings of 4 and 5, of all: of tickets, and the attribute `satisfaction` (1 to 5) of conversations. By: `channel`, `team`, `agent`, `tag`.
---| "net_promoter_score" # Ratings of 9 and 10 less those of 0 to 6, of all, from -100 to 100: the attribute `nps` (0 to 10) of conversations. `mean` is the score, `count` says of how many. By: `channel`, `team`, `agent`, `tag`.
---| "satisfaction_response_rate" # Who has rated within 72 h, of those whom a flow asked with `chat:done { csat = true }`. By: `channel`, `tag`.
---| "sla_attainment" # Targets met, of those met and breached, of conversations to which a route gave an `sla`; what is open and overdue is breached. By: `channel`, `team`, `sla`, `tag`.
---| "bot_containment" # Resolved without a person, of those in which the bot spoke; who gave up, wanted a person or came back within 72 h was not contained. It counts when they are over. By: `channel`, `tag`.
---| "false_containment" # Of what looked contained by the bot at its end, the part whose customer came back within 72 h; it counts when they are over. By: `channel`, `tag`.
---| "knowledge_hit_rate" # Of the messages that customers wrote to the bot outside a dialogue, the part that was answered from `data/knowledge.json`. By: `channel`.
---| "occupancy" # Of the time in which agents were signed in (online or busy), the part in which they had a conversation that was not pending. By: `team`, `agent`.
---| "reopen_rate" # Reopened within 7 days, of all that were resolved; it counts when they are over. By: `channel`, `team`, `agent`, `tag`.
---| "transfer_rate" # Transfers to another agent or team, for each conversation with people. By: `channel`, `team`, `agent`, `tag`.
---| "arrivals" # Conversations that began or were reopened; of a team, those that came to it. By: `channel`, `team`.
---| "bot_handoffs" # Conversations that the bot had spoken in and that then wanted a person. By: `channel`, `team`, `tag`.
---| "concurrency" # How many conversations that are not pending an agent who is signed in has at once, on the average of the time with at least one. By: `team`, `agent`.
---| "messages" # Messages that came in and went out. By: `channel`, `team`, `direction` (`in`, `out`).
---| "delivery_failures" # Messages that a platform did not take or did not deliver. By: `channel`.
---| "rule_errors" # Failures of rules. By: `channel`, `rule`.

---@class Route
---@field why? string The reason, for colleagues and for `explain`.
---@field priority? integer Which comes first: the higher number; -10000 to 10000, 0 if absent. Equal ones come in the order of files and lines.
---@field match? Condition The condition, as data; without one, always.
---@field when? fun(c: View): any A function that is asked after `match`, for what data cannot say; anything but false and nil is yes.
---@field confidence? number How sure `intent` must be in this rule, 0 to 1; 0.6 if absent.
---@field examples? Example[] Small tests that run with every change; see *Examples in rules*.
---@field text? Wording Says it: a text, `i18n "key"`, a table by language, or a function that gives a text. `{name}` and `{queue}` are filled in.
---@field options? Option|Option[] Lines to tap below the text.
---@field content? Content A message of another kind: a card, an image.
---@field knowledge? string Says the answer of that key in `data/knowledge.json`, in the customer's language.
---@field tags? string|string[] Puts tags on the conversation.
---@field untags? string|string[] Takes tags off the conversation.
---@field note? Wording A note that only colleagues see.
---@field start_flow? string Begins a dialogue.
---@field stop_flow? boolean Ends the dialogue that runs.
---@field notify? Notice|Notice[] Tells colleagues.
---@field raise_priority? integer Adds to the conversation's priority, which is 0 to 9; -9 to 9.
---@field set_priority? integer Sets the conversation's priority, 0 to 9; the highest is served first.
---@field open_ticket? Ticket Opens a ticket.
---@field resolve? boolean Closes the conversation; a new message opens it again.
---@field set? table<string, any> Remembers something for the conversation.
---@field set_customer? table<string, any> Remembers something for the customer.
---@field on? "start"|"handoff"|"any" When the route is asked: a conversation begins, a person is asked for, or both, which is the default.
---@field stage? "before"|"main"|"fallback" Routes of one stage are all looked at before those of the next.
---@field assign Assignment Who gets the conversation; a route needs it.

---@class Escalation
---@field why? string The reason, for colleagues and for `explain`.
---@field priority? integer Which comes first: the higher number; -10000 to 10000, 0 if absent. Equal ones come in the order of files and lines.
---@field match? Condition The condition, as data; without one, always.
---@field when? fun(c: View): any A function that is asked after `match`, for what data cannot say; anything but false and nil is yes.
---@field confidence? number How sure `intent` must be in this rule, 0 to 1; 0.6 if absent.
---@field examples? Example[] Small tests that run with every change; see *Examples in rules*.
---@field text? Wording Says it: a text, `i18n "key"`, a table by language, or a function that gives a text. `{name}` and `{queue}` are filled in.
---@field options? Option|Option[] Lines to tap below the text.
---@field content? Content A message of another kind: a card, an image.
---@field knowledge? string Says the answer of that key in `data/knowledge.json`, in the customer's language.
---@field tags? string|string[] Puts tags on the conversation.
---@field untags? string|string[] Takes tags off the conversation.
---@field note? Wording A note that only colleagues see.
---@field hand_off? true|HandOff A person is wanted; without a team the routes choose.
---@field start_flow? string Begins a dialogue.
---@field stop_flow? boolean Ends the dialogue that runs.
---@field notify? Notice|Notice[] Tells colleagues.
---@field raise_priority? integer Adds to the conversation's priority, which is 0 to 9; -9 to 9.
---@field set_priority? integer Sets the conversation's priority, 0 to 9; the highest is served first.
---@field open_ticket? Ticket Opens a ticket.
---@field resolve? boolean Closes the conversation; a new message opens it again.
---@field set? table<string, any> Remembers something for the conversation.
---@field set_customer? table<string, any> Remembers something for the customer.
---@field act? fun(c: View, out: Out) A function that does things, for what data cannot say.
---@field assign? Assignment Who gets the conversation; a route needs it.
---@field interrupts_flow? boolean Is looked at also in the middle of a dialogue, before the dialogue.
---@field after? Duration For how long it must have been so; without it, at once.
---@field of? "waiting"|"queued"|"person_wanted"|"assigned"|"started"|"last_message"|"last_reply" What `after` counts from: the oldest unanswered message (the default), the present queue, the wish for a person, the assignment, the beginning, the customer's last message, the last reply.
---@field once? "conversation" Never again in this conversation.
---@field cooldown? Duration Not again for so long.

---@class Reply
---@field why? string The reason, for colleagues and for `explain`.
---@field priority? integer Which comes first: the higher number; -10000 to 10000, 0 if absent. Equal ones come in the order of files and lines.
---@field match? Condition The condition, as data; without one, always.
---@field when? fun(c: View): any A function that is asked after `match`, for what data cannot say; anything but false and nil is yes.
---@field confidence? number How sure `intent` must be in this rule, 0 to 1; 0.6 if absent.
---@field examples? Example[] Small tests that run with every change; see *Examples in rules*.
---@field text? Wording Says it: a text, `i18n "key"`, a table by language, or a function that gives a text. `{name}` and `{queue}` are filled in.
---@field options? Option|Option[] Lines to tap below the text.
---@field content? Content A message of another kind: a card, an image.
---@field knowledge? string Says the answer of that key in `data/knowledge.json`, in the customer's language.
---@field tags? string|string[] Puts tags on the conversation.
---@field untags? string|string[] Takes tags off the conversation.
---@field note? Wording A note that only colleagues see.
---@field hand_off? true|HandOff A person is wanted; without a team the routes choose.
---@field start_flow? string Begins a dialogue.
---@field stop_flow? boolean Ends the dialogue that runs.
---@field notify? Notice|Notice[] Tells colleagues.
---@field raise_priority? integer Adds to the conversation's priority, which is 0 to 9; -9 to 9.
---@field set_priority? integer Sets the conversation's priority, 0 to 9; the highest is served first.
---@field open_ticket? Ticket Opens a ticket.
---@field resolve? boolean Closes the conversation; a new message opens it again.
---@field set? table<string, any> Remembers something for the conversation.
---@field set_customer? table<string, any> Remembers something for the customer.
---@field act? fun(c: View, out: Out) A function that does things, for what data cannot say.
---@field on? "message"|"enter"|"first" When the reply is asked: a message, the chat is opened, or a message that nobody has answered yet.
---@field stage? "main"|"fallback" A fallback speaks only if nothing else did.
---@field while_queued? boolean Speaks also while the customer waits for a person.
---@field interrupts_flow? boolean Is looked at also in the middle of a dialogue, before the dialogue.

---@class Flow
---@field why? string The reason, for colleagues and for `explain`.
---@field priority? integer Which comes first: the higher number; -10000 to 10000, 0 if absent. Equal ones come in the order of files and lines.
---@field when? fun(c: View): any A function that is asked after `match`, for what data cannot say; anything but false and nil is yes.
---@field confidence? number How sure `intent` must be in this rule, 0 to 1; 0.6 if absent.
---@field examples? Example[] Small tests that run with every change; see *Examples in rules*.
---@field start? Condition When it begins by itself; without it, it waits for `start_flow`.
---@field stages table<string, fun(chat: Chat, s: table): string|table> The parts of the dialogue by name. Each ends with the next one's name, `chat:done()` or `chat:handoff{…}`; `s` is what the flow remembers.
---@field first? string The stage to begin with; else the one that stands first in the file.
---@field state? table<string, string> What the flow remembers: names and types (`string`, `number`, `boolean`, `table`, `any`), with `?` if it may be absent.
---@field version? integer Counted up when `state` changes while customers may be in the dialogue; 1 if absent.
---@field on_upgrade? table<integer, fun(s: table): table> By the version it starts from: how the old state becomes the new. Who cannot be moved gets a person.

---@class Alert
---@field why? string The reason, for colleagues and for `explain`.
---@field measure Measure|{ count: EventCount } What is measured: a name of [Measures](#measures), or `{ count = { … } }` for a measure of your own.
---@field within? Duration The target of `timely_response_rate` (30 s if absent) and `sla_attainment`.
---@field target? "first_response"|"resolution" What `sla_attainment` judges: the first reply by a person (if absent), or the end.
---@field time? "wall"|"business" By what times are counted: the clock on the wall (if absent), or only while the team that had it works; a team without hours always works.
---@field provisional? boolean Looks at what is known so far of `first_contact_resolution`, `bot_containment` and `reopen_rate`, which are final only after days.
---@field only? table<string, string> Only what has these labels; `by` and `only` name at most two together.
---@field over? Duration The window that is looked at; `backlog` has none.
---@field stat? "mean"|"p50"|"p90"|"p99"|"max"|"count"|"rate"|"share" What becomes of the values in the window; `max` of `queue_wait` also knows who waits now, `rate` is per minute, `share` a part of all.
---@field by? string|string[] One warning for each `team`, `channel`, `agent` or `tag`, as far as the measure has them; of `rule_errors` for each `rule`.
---@field raise Bound When it is up: `above(…)`, `below(…)` or `anomaly{…}`.
---@field clear? Bound When it is over; without it, as soon as `raise` does not hold.
---@field hold? Duration For how long `raise` must hold before it is up.
---@field severity? "info"|"warning"|"critical" How bad it is; `warning` if absent.
---@field notify? string|string[] Whom to tell: `team:NAME`, `agent:ID`, or an address that a notifier knows.

---@class Assignment
---@field team? string The team.
---@field agent? string One person, by id.
---@field bot? boolean Leaves it with the bot.
---@field skills? string[] What the person must be able to do.
---@field sla? string The promise that holds from now on.
---@field strategy? "round_robin"|"least_loaded"|"longest_idle"|"sticky"|nil Who of the team gets it; `sticky` is who had this customer last.
---@field priority? integer At least this priority, 0 to 9.

---@class HandOff
---@field team? string The team; without it the routes choose.
---@field note? Wording What colleagues should know.

---@class Notice
---@field team? string A team.
---@field agent? string One person, by id.
---@field to? string|string[]|nil Addresses that a notifier knows, `team:NAME`, `agent:ID`.
---@field text? Wording What they are told.

---@class Ticket
---@field subject? string What it is about; must be there.
---@field category? string Its category.
---@field type? string Its type.
---@field priority? "low"|"normal"|"high"|"urgent"|nil `normal` if absent.
---@field team? string Whose it is.
---@field tags? string[] Its tags.
---@field fields? table<string, any> Fields of your own.

---@class Option
---@field id? string What the flow or `message.fields.option` gets.
---@field text? Wording What the customer sees.

---@class Content
---@field kind? "text"|"image"|"voice"|"video"|"file"|"location"|"card"|"menu"|"event" What kind of message it is.
---@field text? string Its words.
---@field fields? table<string, any> What its kind needs: `url`, `title` and so on.
---@field options? Option[] Lines to tap, in `out:reply` and `chat:say`; it is a menu then.

---@class View
---@field customer View.Customer The customer.
---@field conversation View.Conversation The conversation.
---@field message? View.Message The last message.
---@field now View.Now The time.
---@field desk View.Desk The desk as a whole.
---@field channel string The channel.
---@field mood number From -1, furious, to 1, delighted.
---@field intent? string What the message seems to mean.
---@field confidence? number How sure that is, 0 to 1.
---@field language? string The customer's language, else that of the message.
---@field waiting_s number For how many seconds the customer has waited for an answer.
---@field queued_s number For how many seconds it has been in the queue.
---@field occasion string Why the rule is asked: `started`, `message`, `handed_off`, `changed` or `due`.

---@class View.Customer
---@field [string] any
---@field attributes table<string, any> All that is known, also what has the name of a field here.
---@field id string The customer's id.
---@field name? string The name.
---@field language? string The language, if known.
---@field tags string[] Tags of the customer.
---@field is_test boolean Whether it is a customer for trying things.
---@field created_at string When the customer was first seen.
---@field last_seen_at string When the customer was last seen.

---@class View.Conversation
---@field id string The conversation's id.
---@field state string `bot`, `queued`, `assigned`, `pending` or `resolved`.
---@field team? string The team that has it.
---@field agent? string The person who has it, by id.
---@field channel string The channel.
---@field priority integer 0 to 9.
---@field tags string[] Its tags.
---@field attributes table<string, any> What rules remembered with `set`.
---@field mood number From -1 to 1.
---@field sla? string The promise that holds.
---@field started_at string When it began.
---@field waiting_since? string When the oldest message without an answer came.
---@field queued_at? string When it entered the present queue.
---@field assigned_at? string When a person got it.
---@field person_wanted_since? string Since when a person is wanted.
---@field last_customer_message_at? string The customer's last message.
---@field last_reply_at? string The last reply, by bot or person.
---@field reopenings integer How often it was opened again.
---@field replies_left? integer How many replies the platform still takes on this channel; 0 after `reply_until`, nil where it counts none.
---@field reply_until? string Until when the platform takes replies on this channel.
---@field flow? string The dialogue that runs, by id.

---@class View.Message
---@field kind string `text`, `image`, `voice`, `video`, `file`, `location`, `card`, `menu` or `event`.
---@field text string What was written.
---@field fields table<string, any> Fields of its kind; `option` is what was tapped in a menu.
---@field event? string The event's name.
---@field mood number The mood of this message alone.

---@class View.Now
---@field at string The time in UTC.
---@field hour integer 0 to 23, on the clock of `time_zone` in rules.lua; so are the others.
---@field minute integer 0 to 59.
---@field weekday integer 1, Monday, to 7, Sunday.
---@field date string The day.
---@field year integer The year.
---@field month integer 1 to 12.
---@field day integer 1 to 31.

---@class View.Desk
---@field queue_length integer How many wait for a person, in all teams.
---@field queue table<string, integer> By team: how many wait.
---@field online table<string, integer> By team: how many are there.
---@field open table<string, boolean> By team: whether it is within its opening hours; a team without hours is not named.

---@class AskOptions
---@field text? Wording The question.
---@field expect? Pattern|string|string[]|fun(text: string): any What the answer must be: one of `pattern`, a Lua pattern, a list of words, or a function that gives what it found; any text if absent.
---@field timeout? Duration How long to wait; a day if absent.
---@field retries? integer How often to ask again; once if absent.
---@field retry_text? Wording What to ask then; the same if absent.
---@field options? Option[] Lines to tap; other answers are taken, too.

---@class ChooseOptions
---@field text? Wording The question.
---@field options? Option[] The lines: texts, or `{ id = …, text = … }`. Their number is an answer, too.
---@field timeout? Duration How long to wait; a day if absent.
---@field retries? integer How often to ask again; once if absent.
---@field retry_text? Wording What to ask then; the same if absent.

---@class EventOptions
---@field name? string The event's name.
---@field timeout? Duration How long to wait; a day if absent.

---@class CallOptions
---@field timeout? Duration How long to wait; a minute if absent.

---@class DoneOptions
---@field csat? boolean Asks how content the customer is.

---@class Given
---@field [string] any
---@field name? string The customer's name.
---@field customer? table<string, any> What is known about the customer, for names that mean something else here.
---@field language? string The customer's language.
---@field channel? string The channel; `live` if absent.
---@field tags? string|string[] Tags of the conversation.
---@field state? string The conversation's state; `bot` if absent.
---@field team? string The team that has it.
---@field priority? integer The conversation's priority.
---@field mood? number The conversation's mood, -1 to 1.
---@field attributes? table<string, any> What rules remembered for the conversation.
---@field queue? integer|table<string, integer> Who waits: a number, in the team `service`, or by team.
---@field online? integer|table<string, integer> Who is there, likewise.
---@field open? table<string, boolean> Which teams are within their opening hours; all, if absent.
---@field at? string The time: `10:30`, `2026-11-21` or both.
---@field replied? boolean Whether somebody has answered, a minute ago.
---@field text? string What the customer writes.
---@field kind? string The kind of message; `text` if absent.
---@field event? string An event rather than a message.
---@field intent? string What the message means, whatever it says.
---@field confidence? number How sure that is; 0.9 if absent.
---@field waiting? Duration For how long it has been so, for an escalation; what its `after` says, if absent.

---@class Example
---@field given? Given The situation.
---@field matched? true The rule matches; it is so without being said.
---@field not_matched? true The rule does not match.
---@field on? "handoff" Of a route: asked because a person is wanted, not because the conversation begins.
---@field reply? string|string[] It says something with this in it: words, or a text by name, `i18n "key"`, whatever it reads like.
---@field knowledge? string It says this answer of `data/knowledge.json`, whatever it reads like.
---@field tags? string|string[] It puts these tags.
---@field priority? integer It sets, raises or assigns this priority.
---@field hand_off? true|string It hands off, to this team.
---@field notify? string|string[] It tells somebody something with this in it.
---@field ticket? string|string[] It opens a ticket with this in its subject.
---@field team? string It assigns or hands off to this team.
---@field agent? string It assigns to this person.
---@field sla? string It sets this promise.
---@field bot? true It leaves the conversation with the bot.
---@field flow? string It begins this dialogue.

---@class Settings
---@field name? string What the history shows.
---@field api? 1 The API that the rules are written for.
---@field language? string Of customers whose language is unknown, and where a text is missing; `zh-CN` if absent.
---@field time_zone? string Of `now.hour` and its like; `+08:00` if absent.
---@field attributes? { customer: string[] } What is known about customers: other names in conditions are mistakes; without it any name goes.
---@field limits? Limits What the functions of the rules may use; what is absent stays as it is.
---@field gates? Gates What must not change in recorded traffic when the set goes live.
---@field watch? Watch|false|nil How a set is watched once it is live, and when the desk goes back by itself; `false`: not at all.

---@class Limits
---@field memory_mb? integer What one state of the rules may hold: 1 to 512 MB, 32 if absent.
---@field block_kb? integer The largest text or table: 16 to 65536 KiB, 1024 if absent.
---@field when_instructions? integer Of one `when` or text function, in checks, tests and replay; 20000 if absent.
---@field when_ms? integer The same live: 1 to 1000 ms, 1 if absent.
---@field decision_instructions? integer Of all functions of a decision together, in checks, tests and replay; 200000 if absent.
---@field decision_ms? integer The same live: 1 to 1000 ms, 5 if absent.
---@field flow_step_instructions? integer Of a stage up to its next wait, in checks, tests and replay; 500000 if absent.
---@field flow_step_ms? integer The same live: 1 to 1000 ms, 20 if absent.
---@field load_ms? integer Of one file when it is read: 10 to 10000 ms, 500 if absent.

---@class Gates
---@field max_changed? string|number|nil The largest part of the decisions that may change.
---@field never_change? string[] Tags of conversations about which no decision may change.
---@field sample? integer How many of the latest decisions are tried; 500 if absent.
---@field least? integer With fewer on record `max_changed` is not judged; 100 if absent.

---@class Watch
---@field window? Duration For how long; at most a day, `10m` if absent.
---@field least? integer With fewer decisions times and arrivals are not judged; 50 if absent.
---@field errors? string|number|nil So much larger may the part of decisions be in which a rule fails; `2%` if absent.
---@field slower? number So many times longer may a decision take; 5 if absent.
---@field fallback? string|number|nil So much larger may the part of arrivals be that no route wanted; `20%` if absent.

---@class EventCount
---@field event string The kind of event, as `/v1/events` names it.
---@field match table<string, any> What must stand in the event: fields of its payload (`a.b` for one within another), `channel` or `actor`, each with a value or a list of which one is enough.

---@class Out
local Out = {}

---Puts tags on the conversation.
---@param text string|string[]
---@param ... string
function Out:tag(text, ...) end

---Takes tags off the conversation.
---@param text string|string[]
---@param ... string
function Out:untag(text, ...) end

---A note that only colleagues see.
---@param text string
function Out:note(text) end

---Adds to the conversation's priority, 1 if nothing is said.
---@param steps? integer
function Out:raise_priority(steps) end

---Sets the conversation's priority, 0 to 9.
---@param priority integer
function Out:set_priority(priority) end

---Tells colleagues.
---@param notice Notice
function Out:notify(notice) end

---Remembers something for the conversation.
---@param attributes table<string, any>
function Out:set(attributes) end

---Remembers something for the customer.
---@param attributes table<string, any>
function Out:set_customer(attributes) end

---Opens a ticket.
---@param ticket Ticket
function Out:open_ticket(ticket) end

---Says it.
---@param message string|Content
function Out:reply(message) end

---A person is wanted; without a team the routes choose.
---@param to? string|HandOff
function Out:hand_off(to) end

---Gives the conversation to a team or person, past the routes.
---@param assignment Assignment
function Out:assign(assignment) end

---Begins a dialogue.
---@param id string
function Out:start_flow(id) end

---Ends the dialogue that runs.
function Out:stop_flow() end

---Closes the conversation; a new message opens it again.
function Out:resolve() end

---@class Chat
---@field customer View.Customer The customer.
---@field conversation View.Conversation The conversation.
---@field message View.Message? The last message; after a wait the one that ended it.
---@field now View.Now The time; after a wait, then.
---@field desk View.Desk The desk as a whole.
---@field channel string The channel.
---@field language string? The customer's language, else that of the message.
local Chat = {}

---Puts tags on the conversation.
---@param text string|string[]
---@param ... string
function Chat:tag(text, ...) end

---Takes tags off the conversation.
---@param text string|string[]
---@param ... string
function Chat:untag(text, ...) end

---A note that only colleagues see.
---@param text string
function Chat:note(text) end

---Adds to the conversation's priority, 1 if nothing is said.
---@param steps? integer
function Chat:raise_priority(steps) end

---Sets the conversation's priority, 0 to 9.
---@param priority integer
function Chat:set_priority(priority) end

---Tells colleagues.
---@param notice Notice
function Chat:notify(notice) end

---Remembers something for the conversation.
---@param attributes table<string, any>
function Chat:set(attributes) end

---Remembers something for the customer.
---@param attributes table<string, any>
function Chat:set_customer(attributes) end

---Opens a ticket.
---@param ticket Ticket
function Chat:open_ticket(ticket) end

---The same as `chat:open_ticket`.
---@param ticket Ticket
function Chat:ticket(ticket) end

---Says it.
---@param message string|Content
function Chat:say(message) end

---Says it with lines to tap, and does not wait.
---@param message Content
function Chat:menu(message) end

---Asks and waits for the answer; nil and `timeout` or `no_match` if none comes.
---@param name string
---@param question AskOptions
---@return string?, string?
function Chat:ask(name, question) end

---Offers lines to tap and waits for one of them; gives its id.
---@param name string
---@param question ChooseOptions
---@return string?, string?
function Chat:choose(name, question) end

---Waits; what the customer writes meanwhile does not end it.
---@param name string
---@param duration Duration
---@return true
function Chat:sleep(name, duration) end

---Waits until something happens outside; gives what is told about it, or nil and `timeout`.
---@param name string
---@param event EventOptions
---@return any, string?
function Chat:wait_event(name, event) end

---Asks a plugin; gives what it answers, or nil and a reason.
---@param name string
---@param arguments? table
---@param options? CallOptions
---@return any, string?
function Chat:call(name, arguments, options) end

---Ends the dialogue; the stage returns it.
---@param options? DoneOptions
---@return table
function Chat:done(options) end

---Ends the dialogue and gives it to a person; the stage returns it.
---@param to? HandOff
---@return table
function Chat:handoff(to) end

---Says who takes a conversation when it begins and when a person is asked for; the first that matches wins.
---@param id string
---@return fun(declaration: Route)
function route(id) end

---Answers while no person has the conversation; of all that match, one speaks.
---@param id string
---@return fun(declaration: Reply)
function reply(id) end

---Acts when something is true, or has been for too long; every one that matches acts.
---@param id string
---@return fun(declaration: Escalation)
function escalate(id) end

---A dialogue in named stages, which survives a restart and new rules.
---@param id string
---@return fun(declaration: Flow)
function flow(id) end

---Warns people about the desk as a whole: a measure beyond a bound.
---@param id string
---@return fun(declaration: Alert)
function alert(id) end

---All of them hold.
---@param conditions Condition[]
---@return Condition
function all(conditions) end

---At least one of them holds.
---@param conditions Condition[]
---@return Condition
function any(conditions) end

---None of them holds.
---@param conditions Condition[]
---@return Condition
function none(conditions) end

---Equal; a list of texts has the value.
---@param path Path
---@param value string|number|boolean
---@return Condition
function eq(path, value) end

---Not equal; holds also for what is not known.
---@param path Path
---@param value string|number|boolean
---@return Condition
function ne(path, value) end

---So much or more.
---@param path Path
---@param value number
---@return Condition
function at_least(path, value) end

---So much or less.
---@param path Path
---@param value number
---@return Condition
function at_most(path, value) end

---More. With one value it is a bound of an alert: `raise = above("30s")`.
---@param path Path|number|Duration
---@param value? number
---@return Condition
function above(path, value) end

---Less. With one value it is a bound of an alert: `clear = below(5)`.
---@param path Path|number|Duration
---@param value? number
---@return Condition
function below(path, value) end

---From one to the other, both included; hours also over midnight. Of `now.date`, two days such as `"2026-02-10"`.
---@param path Path
---@param low number|string
---@param high number|string
---@return Condition
function between(path, low, high) end

---One of a list.
---@param path Path
---@param values (string|number|boolean)[]
---@return Condition
function one_of(path, values) end

---A time at most so long ago.
---@param path Path
---@param duration Duration
---@return Condition
function within(path, duration) end

---Is known.
---@param path Path
---@return Condition
function exists(path) end

---Is not known.
---@param path Path
---@return Condition
function missing(path) end

---The conversation or the customer has one of the tags.
---@param tags string|string[]
---@return Condition
function has_tag(tags) end

---The message has one of them: English ones as whole words, `*` for any ending; case and width do not matter.
---@param words string|string[]
---@return Condition
function keywords(words) end

---The text has one of them anywhere.
---@param path Path
---@param texts string|string[]
---@return Condition
function contains(path, texts) end

---The text begins with one of them.
---@param path Path
---@param texts string|string[]
---@return Condition
function prefix(path, texts) end

---The text has something of that form; see *Patterns*.
---@param path Path
---@param pattern Pattern
---@return Condition
function matches(path, pattern) end

---The message means one of them, with this confidence, else the rule's `confidence`, else 0.6.
---@param names string|string[]
---@param confidence? number
---@return Condition
function intent(names, confidence) end

---Came in through one of these channels.
---@param ids string|string[]
---@return Condition
function channel(ids) end

---The customer's language, if known, else that of the message.
---@param tags string|string[]
---@return Condition
function language(tags) end

---Something happened rather than was written: `enter`, or what a channel reports.
---@param names string|string[]
---@return Condition
function event(names) end

---A bound of alerts: more than `sigma` standard deviations (4) from the same hour of other days or weeks (`week`).
---@param options? { sigma?: number; season?: "day"|"week" }
---@return Bound
function anomaly(options) end

---A text of `i18n/` in the customer's language, with `{names}` filled in; in a declaration it is looked up when it is said.
---@param key string
---@param names? table<string, any>
---@return string
function i18n(key, names) end

---What stands in `data/NAME.json` or `data/NAME.csv`; of a table a list of rows.
---@param name string
---@return any
function data(name) end

---The text as conditions compare it: small letters, plain width.
---@param text string
---@return string
function fold(text) end

---A duration in seconds.
---@param duration Duration
---@return number
function seconds(duration) end

---A value that stands for nothing in a list or table, as JSON's null does.
---@type any
null = nil

---Declares what must hold for everything: run a hundred times, with `g` that makes random things and `t:decide` that asks the rules.
---@param name string
---@param body fun(g: table
---@param t table)
---@param options? { runs?: integer
---@param seed? integer }
function property(name, body, t, options, seed) end

pattern = {}
---At least six letters, digits and dashes, four of them digits; in upper case.
---@type Pattern
pattern.order_no = nil
---7 to 15 digits, `+` in front allowed; without blanks and dashes.
---@type Pattern
pattern.phone = nil
---An e-mail address.
---@type Pattern
pattern.email = nil
---A number.
---@type Pattern
pattern.number = nil
---`yes` or `no`, in Chinese and English.
---@type Pattern
pattern.yes_no = nil
---Any text that is not blank.
---@type Pattern
pattern.text = nil

log = {}
---What helps while a rule is written; desks show it only if they are told to.
---@param text string
---@param fields? table<string, any>
function log.debug(text, fields) end

---What may be of use later.
---@param text string
---@param fields? table<string, any>
function log.info(text, fields) end

---What somebody should look at.
---@param text string
---@param fields? table<string, any>
function log.warning(text, fields) end

---What is wrong.
---@param text string
---@param fields? table<string, any>
function log.error(text, fields) end
