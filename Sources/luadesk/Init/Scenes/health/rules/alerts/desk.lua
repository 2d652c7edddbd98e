-- SPDX-License-Identifier: Apache-2.0
-- Whom to tell when the desk itself is in trouble. Between raise and clear lies room, so that an alert does not flutter.
-- "team:…" shows at /desk; a plugin that notifies (e-mail, WeCom, …) is named here as "NAME:ADDRESS".

alert "first_response_slow" {
  why = "Nine of ten patients get a person's first answer within 45 s.",
  measure = "first_response_time", stat = "p90", over = "5m", by = { "team" },
  raise = above("45s"), clear = below("30s"), hold = "2m", severity = "warning",
  notify = { "team:service" },
}

alert "queue_stuck" {
  why = "Somebody is waiting for more than three minutes right now.",
  measure = "queue_wait", stat = "max", over = "5m", by = { "team" },
  raise = above("3m"), clear = below("90s"), severity = "critical",
  notify = { "team:service", "team:nurses" },
}

alert "rules_failing" {
  why = "A rule that fails does not answer customers.",
  measure = "rule_errors", stat = "count", over = "5m", by = { "rule" },
  raise = above(2), clear = below(1), severity = "critical",
  notify = { "team:service" },
}

alert "volume_unusual" {
  why = "Far more questions than at this hour last week: a wave of infections, a system that is down, or a report in the press.",
  measure = "arrivals", stat = "count", over = "10m",
  raise = anomaly { sigma = 4, season = "week" },
  notify = { "team:service" },
}
