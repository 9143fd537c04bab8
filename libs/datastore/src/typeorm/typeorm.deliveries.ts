import { randomUUID } from 'node:crypto';
import type { ClaimOptions, ClaimedDelivery } from '../deliveries';
import type { Connections } from './connections';
import {
  CLAIM_DELIVERIES,
  COUNT_ATTEMPT,
  DELETE_DELIVERY,
  DELETE_EMPTY_LANE,
  END_ALL_CLAIMS,
  END_CLAIM,
  EXTEND_CLAIM,
  LOCK_LANE,
  NEXT_DELIVERY,
  claimedDeliveryOf,
} from './rows/webhook.rows';
import type { ClaimedRow } from './rows/webhook.rows';
import { UNREADABLE } from './secrets/json-codec';
import type { Statement } from './sql/session';

/** Webhook calls in the database; see the port for what each method does. */
export class TypeormDeliveries {
  constructor(private readonly connections: Connections) {}

  claim({ busy, leaseMs, limit, perHost }: ClaimOptions): Promise<ClaimedDelivery[]> {
    return this.claimed(CLAIM_DELIVERIES, [limit, perHost, JSON.stringify(busy), leaseMs, randomUUID()]);
  }

  async finish({ claim, laneId, ordinal }: ClaimedDelivery, leaseMs: number): Promise<ClaimedDelivery | undefined> {
    await this.connections.transaction((session) =>
      Promise.all([
        session.query(LOCK_LANE, [laneId]),
        session.query(DELETE_DELIVERY, [ordinal]),
        session.query(DELETE_EMPTY_LANE, [laneId, claim]),
        session.query(leaseMs > 0 ? EXTEND_CLAIM : END_CLAIM, [laneId, claim, leaseMs]),
      ]),
    );
    return (await this.claimed(NEXT_DELIVERY, [laneId, claim]))[0];
  }

  async postpone({ claim, laneId, ordinal }: ClaimedDelivery, afterMs: number): Promise<void> {
    await this.connections.transaction((session) =>
      Promise.all([
        session.query(LOCK_LANE, [laneId]),
        session.query(COUNT_ATTEMPT, [laneId, claim, ordinal]),
        session.query(END_CLAIM, [laneId, claim, afterMs]),
      ]),
    );
  }

  async release({ claim, laneId }: ClaimedDelivery): Promise<void> {
    await this.connections.use((session) => session.query(END_CLAIM, [laneId, claim, 0]));
  }

  async releaseAll(): Promise<void> {
    await this.connections.use((session) => session.query(END_ALL_CLAIMS));
  }

  /** One that no key opens is not given out. It is looked at again when its claim ends: a process may have the key. */
  private async claimed(statement: Statement, values: unknown[]): Promise<ClaimedDelivery[]> {
    const rows = await this.connections.use((session) => session.query<ClaimedRow>(statement, values));
    return rows.filter(({ request }) => request.url !== UNREADABLE).map(claimedDeliveryOf);
  }
}
