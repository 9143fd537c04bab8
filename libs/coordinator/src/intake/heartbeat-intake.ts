import type { Heartbeat, OutgoingMessage, TaskStarted } from '@tork/core';
import { privateQueueOf } from '@tork/core';
import type { Broker, Delivery, Verdict } from '@tork/broker';
import type { Datastore, TaskRef } from '@tork/datastore';
import { runChain } from '@tork/middleware';
import type { Middleware, NodeContext, RunOptions } from '@tork/middleware';
import { z } from 'zod';
import { decode, isolateDecoded } from '../isolate';
import type { CoordinatorLog } from '../log';

const heartbeat = z.object({
  id: z.string().min(1).max(64),
  name: z.string(),
  startedAt: z.coerce.date(),
  lastHeartbeatAt: z.coerce.date(),
  cpuPercent: z.number().optional(),
  queue: z.string().optional(),
  status: z.enum(['UP', 'DOWN', 'OFFLINE']),
  hostname: z.string().optional(),
  port: z.int().optional(),
  taskCount: z.int().optional(),
  version: z.string(),
  held: z.array(z.object({ jobId: z.string(), taskId: z.string(), attempt: z.int() })).optional(),
}) satisfies z.ZodType<Heartbeat>;

/** A hand-out this young may still have its `started` on the way. */
const IN_FLIGHT_MS = 10_000;

export interface HeartbeatIntakeOptions extends RunOptions {
  datastore: Pick<Datastore, 'transaction'>;
  broker: Pick<Broker, 'publish'>;
  chain: readonly Middleware<NodeContext>[];
  log: CoordinatorLog;
  now?: () => Date;
}

/**
 * Renews the leases of nodes, from the moment in which their heartbeats arrive: leases are judged by the clocks of the
 * coordinators, and that of a node may be wrong by any amount. And compares what each worker says it holds with the rows: a lost `started` is made up
 * for, work done in vain is stopped.
 */
export class HeartbeatIntake {
  constructor(private readonly options: HeartbeatIntakeOptions) {}

  /** Rejects while the datastore is away. */
  handle(batch: readonly Delivery[]): Promise<Verdict[]> {
    const receivedAt = this.now();
    return isolateDecoded(
      batch.map(({ body }) => decode(heartbeat, body)),
      { handle: (heartbeats) => this.take(heartbeats, receivedAt) },
    );
  }

  private async take(heartbeats: readonly Heartbeat[], receivedAt: Date): Promise<void> {
    const accepted: Heartbeat[] = [];
    // A batch that was put back may hold an older one of a node behind a newer one.
    for (const node of heartbeats.toSorted((a, b) => a.lastHeartbeatAt.getTime() - b.lastHeartbeatAt.getTime()))
      await this.throughChain({ ...node, lastHeartbeatAt: receivedAt }, accepted);
    if (accepted.length > 0) await this.store(accepted);
  }

  /** A middleware that does not call `next` has the heartbeat ignored; one that throws too, with a warning. */
  private async throughChain(node: Heartbeat, accepted: Heartbeat[]): Promise<void> {
    try {
      const accept = async (context: NodeContext) => void accepted.push(context.node as Heartbeat);
      await runChain('node', this.options.chain, accept, { node }, this.options);
    } catch (err) {
      this.options.log.warn({ err, node: node.id }, 'node middleware failed; heartbeat ignored');
    }
  }

  private async store(nodes: readonly Heartbeat[]): Promise<void> {
    const held = nodes.flatMap((node) => node.held ?? []).map(({ taskId }) => taskId);
    const rows = await this.options.datastore.transaction(async (tx) => {
      await tx.writeHeartbeats(nodes);
      return tx.taskRefs([...new Set(held)]);
    });
    const byId = new Map(rows.map((row) => [row.taskId, row]));
    const messages = nodes.flatMap((node) => this.corrections(node, byId));
    if (messages.length === 0) return;
    // Not waited for: if one of them is lost, the next heartbeat brings it up again.
    this.options.broker
      .publish(messages)
      .catch((err: unknown) => this.options.log.debug({ err }, 'corrections of heartbeats not sent'));
  }

  private corrections(node: Heartbeat, rows: ReadonlyMap<string, TaskRef>): OutgoingMessage[] {
    const before = this.now().getTime() - IN_FLIGHT_MS;
    return (node.held ?? []).flatMap((held): OutgoingMessage[] => {
      const row = rows.get(held.taskId);
      const isHolder = row?.attempt === held.attempt && (row.nodeId ?? node.id) === node.id;
      if (isHolder && row.state === 'RUNNING') return [];
      if (isHolder && row.state === 'SCHEDULED') {
        if ((row.scheduledAt?.getTime() ?? 0) > before) return [];
        const body: TaskStarted = { type: 'started', ...held, nodeId: node.id };
        return [{ queue: 'started', body }];
      }
      return [{ queue: privateQueueOf(node.id), body: { type: 'cancel', taskId: held.taskId, attempt: held.attempt } }];
    });
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}
