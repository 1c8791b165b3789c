"""The tables of what others are told: alerts, digests, notices for the hub."""

from typing import Final

ALERT_TABLES: Final = """
CREATE TABLE alert_rules (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('alert', 'digest')),
    first_seen_at TEXT NOT NULL,
    decided_change INTEGER NOT NULL,
    next_due_at TEXT
) WITHOUT ROWID;
CREATE TABLE alert_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule TEXT NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('alert', 'folded', 'digest')),
    story_id INTEGER REFERENCES stories (id),
    change_id INTEGER REFERENCES story_changes (id),
    key TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'sent', 'failed', 'held', 'folded', 'withdrawn')),
    decided_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    last_error TEXT,
    finished_at TEXT,
    folded_into INTEGER REFERENCES alert_deliveries (id),
    UNIQUE (rule, channel, story_id, change_id)
);
CREATE INDEX alert_deliveries_next_attempt_at ON alert_deliveries (next_attempt_at)
    WHERE state = 'pending';
CREATE INDEX alert_deliveries_held ON alert_deliveries (rule, channel) WHERE state = 'held';
CREATE INDEX alert_deliveries_rule ON alert_deliveries (rule, channel, decided_at);
CREATE INDEX alert_deliveries_story_id ON alert_deliveries (story_id);
CREATE INDEX alert_deliveries_change_id ON alert_deliveries (change_id);
"""

# What has ended is forgotten in the order in which it did; whether a message is still named by
# those that were folded into it is looked up for each.
ALERT_HEALTH: Final = """
CREATE INDEX alert_deliveries_state ON alert_deliveries (rule, channel, state, finished_at);
CREATE INDEX alert_deliveries_errors ON alert_deliveries (rule, channel, state, finished_at)
    WHERE last_error IS NOT NULL;
CREATE INDEX alert_deliveries_finished_at ON alert_deliveries (finished_at)
    WHERE finished_at IS NOT NULL;
CREATE INDEX alert_deliveries_folded_into ON alert_deliveries (folded_into)
    WHERE folded_into IS NOT NULL;
"""

HUB_NOTICES: Final = """
CREATE TABLE hub_notices (
    feed TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    told_at TEXT NOT NULL
) WITHOUT ROWID;
"""
