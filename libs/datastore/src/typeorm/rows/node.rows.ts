import type { Heartbeat, Node } from '@tork/core';
import { NodeEntity } from '../entities';
import { present } from '../sql/present';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';

const nodes = new Table(NodeEntity);

/** A heartbeat that was overtaken by a newer one, on its way or from another coordinator, changes nothing. */
export const UPSERT_NODES: Statement = {
  name: 'upsert_nodes',
  text: `${nodes.insertJson('$1').replace('INSERT INTO nodes', 'INSERT INTO nodes AS n')} ORDER BY i.id
    ON CONFLICT (id) DO UPDATE SET ${nodes.assignments('excluded')}
    WHERE n.last_heartbeat_at <= excluded.last_heartbeat_at`,
};

export const heldKey = (taskId: string, attempt: number): string => `${taskId}/${attempt}`;

/** What {@link UPSERT_NODES} reads: one row a node, its latest heartbeat. */
export function heartbeatRows(heartbeats: readonly Heartbeat[]): object[] {
  const latest = new Map<string, Heartbeat>();
  for (const heartbeat of heartbeats) {
    const other = latest.get(heartbeat.id);
    if (!other || other.lastHeartbeatAt <= heartbeat.lastHeartbeatAt) latest.set(heartbeat.id, heartbeat);
  }
  return [...latest.values()].map((heartbeat) => ({
    ...heartbeat,
    held: heartbeat.held?.map(({ taskId, attempt }) => heldKey(taskId, attempt)),
  }));
}

export const nodeOf = ({ held: _, ...row }: NodeEntity): Node => present(row);
