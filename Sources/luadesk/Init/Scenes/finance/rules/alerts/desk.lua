-- SPDX-License-Identifier: Apache-2.0
-- Whom to tell when the desk itself is in trouble. Between raise and clear lies room, so that an alert does not flutter.
-- "team:…" shows at /desk; a plugin that notifies (e-mail, WeCom, …) is named here as "NAME:ADDRESS".

alert "first_response_slow" {
  why = "Nine of ten customers get a person's first answer within 30 s.",
  measure = "first_response_time", stat = "p90", over = "5m", by = { "team" },
  raise = above("30s"), clear = below("20s"), hold = "2m", severity = "warning",
  notify = { "team:service" },
}

alert "queue_stuck" {
  why = "Somebody is waiting for more than two minutes right now.",
  measure = "queue_wait", stat = "max", over = "5m", by = { "team" },
  raise = above("2m"), clear = below("1m"), severity = "critical",
  notify = { "team:service", "team:fraud" },
}

alert "rules_failing" {
  why = "A rule that fails does not answer customers.",
  measure = "rule_errors", stat = "count", over = "5m", by = { "rule" },
  raise = above(2), clear = below(1), severity = "critical",
  notify = { "team:service" },
}

alert "volume_unusual" {
  why = "Far more or fewer questions than at this hour last week: the app is down, a market fell, or a message of ours frightened people.",
  measure = "arrivals", stat = "count", over = "10m",
  raise = anomaly { sigma = 4, season = "week" },
  notify = { "team:service" },
}
