// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables, in numbered steps. A step that has been released is never edited: add the next one.
///
/// What a message costs is its randomly placed pages, so there are few: its `message_key`, the `event_conversation` entry
/// (which its whole entry shares) and its conversation's row. Everything else grows at its end. Columns named `body`,
/// `payload`, `failure`, `external`, `answer`, `files` are sealed; `key` columns of type BLOB are fingerprints.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 foundation") { try $0.execute(sql: foundation) }
        return migrator
    }

    private static let foundation = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE event (
          seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, conversation INTEGER, ticket INTEGER,
          customer INTEGER, channel TEXT, actor TEXT NOT NULL, cause INTEGER, payload BLOB NOT NULL) STRICT;
        CREATE INDEX event_conversation ON event (conversation) WHERE conversation IS NOT NULL;
        CREATE INDEX event_ticket ON event (ticket) WHERE ticket IS NOT NULL;
        CREATE INDEX event_customer ON event (customer) WHERE customer IS NOT NULL AND conversation IS NULL;

        CREATE TABLE customer (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE identity (
          key BLOB PRIMARY KEY, customer INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX identity_customer ON identity (customer);

        CREATE TABLE conversation (
          id INTEGER PRIMARY KEY, customer INTEGER NOT NULL, state TEXT NOT NULL, agent INTEGER, team TEXT,
          body BLOB NOT NULL) STRICT;
        CREATE INDEX conversation_customer ON conversation (customer);
        CREATE INDEX conversation_open ON conversation (state) WHERE state <> 'resolved';

        CREATE TABLE message (
          seq INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, channel TEXT NOT NULL, direction TEXT NOT NULL,
          delivery TEXT NOT NULL, failure BLOB, external BLOB) STRICT;
        CREATE TABLE message_key (key BLOB PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE ticket (
          id INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE, status TEXT NOT NULL, requester INTEGER,
          conversation INTEGER, assignee INTEGER, team TEXT, body BLOB NOT NULL) STRICT;
        CREATE INDEX ticket_requester ON ticket (requester) WHERE requester IS NOT NULL;
        CREATE INDEX ticket_conversation ON ticket (conversation) WHERE conversation IS NOT NULL;

        CREATE TABLE agent (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE team (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE channel (
          id TEXT PRIMARY KEY, plugin TEXT NOT NULL, enabled INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
          message INTEGER PRIMARY KEY, channel TEXT NOT NULL, state TEXT NOT NULL, queued_at INTEGER NOT NULL,
          body BLOB NOT NULL) STRICT;
        CREATE INDEX outbox_waiting ON outbox (state, channel, queued_at, message);

        CREATE TABLE timer (
          key TEXT PRIMARY KEY, due_at INTEGER NOT NULL, conversation INTEGER, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX timer_due ON timer (due_at);

        CREATE TABLE rule_set (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, accepted_at INTEGER NOT NULL, activated_at INTEGER, is_active INTEGER NOT NULL,
          by TEXT NOT NULL, files BLOB NOT NULL) STRICT;
        CREATE TABLE token (
          hash BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, agent INTEGER, created_at INTEGER NOT NULL)
          STRICT, WITHOUT ROWID;

        CREATE TABLE idempotent (
          key BLOB PRIMARY KEY, expires_at INTEGER NOT NULL, answer BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotent_expiry ON idempotent (expires_at);
        CREATE TABLE stored (
          key BLOB PRIMARY KEY, namespace TEXT NOT NULL, expires_at INTEGER, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX stored_expiry ON stored (expires_at) WHERE expires_at IS NOT NULL;
        """
}
