-- SPDX-License-Identifier: Apache-2.0
-- Whom to tell when the desk itself is in trouble. Between raise and clear lies room, so that an alert does not flutter.
-- "team:…" shows at /desk; a plugin that notifies (e-mail, WeCom, …) is named here as "NAME:ADDRESS".

alert "first_response_slow" {
  why = "Nine of ten families get a person's first answer within 60 s.",
  measure = "first_response_time", stat = "p90", over = "5m", by = { "team" },
  raise = above("60s"), clear = below("40s"), hold = "2m", severity = "warning",
  notify = { "team:service" },
}

alert "queue_stuck" {
  why = "Somebody is waiting for more than four minutes right now.",
  measure = "queue_wait", stat = "max", over = "5m", by = { "team" },
  raise = above("4m"), clear = below("2m"), severity = "critical",
  notify = { "team:service", "team:care" },
}

alert "rules_failing" {
  why = "A rule that fails does not answer customers.",
  measure = "rule_errors", stat = "count", over = "5m", by = { "rule" },
  raise = above(2), clear = below(1), severity = "critical",
  notify = { "team:service" },
}

alert "volume_unusual" {
  why = "Far more questions than at this hour last week: the lesson platform is down, or enrolment has begun.",
  measure = "arrivals", stat = "count", over = "10m",
  raise = anomaly { sigma = 4, season = "week" },
  notify = { "team:service" },
}
