import type { OutgoingMessage } from '@tork/core';
import type { OutboxRow } from '../../datastore';
import { OutboxEntity } from '../entities';
import { present } from '../sql/present';
import { anyOf } from '../sql/any-of';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';

const outbox = new Table(OutboxEntity);

/** Returns the ids in the order of the messages. */
export const insertOutbox = (parameter: string): string[] => [
  `inserted_outbox AS (${outbox.insertJson(parameter)} RETURNING id)`,
];

/** By id, so that the relays of several processes take them in order and none waits for another. */
export const CLAIM_OUTBOX: Statement = {
  name: 'claim_outbox',
  text: `SELECT ${outbox.select('o', ['id', 'queue', 'priority', 'notBefore', 'body'])} FROM outbox o
    WHERE o.created_at < $1 AND (o.not_before IS NULL OR o.not_before <= $2) AND o.id > $4::bigint
    ORDER BY o.id LIMIT $3 FOR UPDATE SKIP LOCKED`,
};

export const DELETE_OUTBOX: Statement = {
  name: 'delete_outbox',
  text: `DELETE FROM outbox WHERE id = ${anyOf('$1', 'bigint')}`,
};

/**
 * The same outside of a transaction, and without waiting for the disk: a crash of the server may bring back the rows of
 * its last moments, and a message twice is harmless.
 */
export const DELETE_CONFIRMED: Statement = {
  name: 'delete_confirmed',
  text: `DELETE FROM outbox
    WHERE id = ${anyOf('$1', 'bigint')} AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'`,
};

type StoredMessage = Pick<OutboxEntity, 'id' | 'queue' | 'priority' | 'notBefore' | 'body'>;

export const outboxRowOf = (row: StoredMessage): OutboxRow => present(row);

/** What {@link insertOutbox} reads. */
export const outboxRow = ({ queue, priority, notBefore, body }: OutgoingMessage) => ({
  queue,
  priority,
  notBefore,
  body,
});
