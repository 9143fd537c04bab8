import type { TestDatabase, TestVhost } from '@tork/testing';

/** All rows of all tables, as text. */
export async function tablesOf(database: TestDatabase): Promise<string> {
  const tables = await database.sql<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => database.sql<{ rows: string | null }>(`SELECT json_agg(t)::text AS rows FROM ${name} t`)),
  );
  return dumps.map(([dump]) => dump?.rows ?? '').join('\n');
}

/** The messages that wait in a queue, as they are on the broker's disk; they stay there. */
export async function messagesIn(vhost: TestVhost, queue: string): Promise<string[]> {
  const request = { count: 100, ackmode: 'ack_requeue_true', encoding: 'auto' };
  const messages = (await vhost.manage('POST', `queues/${vhost.name}/${queue}/get`, request)) as { payload: string }[];
  return messages.map(({ payload }) => payload);
}
