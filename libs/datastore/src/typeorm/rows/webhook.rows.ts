import { createHash } from 'node:crypto';
import type { WebhookDelivery, WebhookEvent } from '@tork/core';
import type { ClaimedDelivery } from '../../deliveries';
import { WebhookDeliveryEntity, WebhookLaneEntity } from '../entities';
import type { StoredRequest } from '../entities';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';

const lanes = new Table(WebhookLaneEntity);
const deliveries = new Table(WebhookDeliveryEntity);

/**
 * A lane that is there is written to all the same: whoever has just made its last call would otherwise remove it, and
 * leave the new delivery behind.
 */
export const insertWebhookLanes = (parameter: string): string[] => [
  `inserted_lanes AS (${lanes.insertJson(parameter)} ON CONFLICT (id) DO UPDATE SET job_id = excluded.job_id)`,
];

export const insertWebhookDeliveries = (parameter: string): string[] => [
  `inserted_deliveries AS (${deliveries.insertJson(parameter)})`,
];

const laneOf = ({ jobId, url }: WebhookDelivery): string =>
  createHash('sha256').update(`${jobId}\n${url}`).digest('hex').slice(0, 32);

/** What {@link insertWebhookLanes} reads: each lane once. */
export const webhookLaneRows = (written: readonly WebhookDelivery[]): object[] => [
  ...new Map(
    written.map((delivery) => {
      const id = laneOf(delivery);
      return [id, { id, jobId: delivery.jobId, host: new URL(delivery.url).host }];
    }),
  ).values(),
];

/** What {@link insertWebhookDeliveries} reads. */
export const webhookDeliveryRow = (delivery: WebhookDelivery) => {
  const { body, event, headers, id, url } = delivery;
  return { id, laneId: laneOf(delivery), event, request: { url, headers, body } };
};

const NEXT_OF_LANE = (lane: string) =>
  `SELECT ordinal, id, event, attempts, request FROM webhooks_deliveries WHERE lane_id = ${lane} ORDER BY ordinal LIMIT 1`;

const SELECT_CLAIMED = 'd.ordinal, d.id, d.event, d.attempts, d.request';

/**
 * $1: limit; $2: most lanes of a host; $3: how many of each host are in hand already, as JSON; $4: length of the claim in
 * milliseconds; $5: its name. Hosts are found by leaping through the index from one to the next, and of each no more lanes are looked
 * at than may be taken.
 */
export const CLAIM_DELIVERIES: Statement = {
  name: 'claim_deliveries',
  text: `WITH RECURSIVE hosts AS (
      (SELECT host FROM webhooks_lanes ORDER BY host LIMIT 1)
      UNION ALL
      SELECT (SELECT l.host FROM webhooks_lanes l WHERE l.host > h.host ORDER BY l.host LIMIT 1)
      FROM hosts h WHERE h.host IS NOT NULL),
    due AS (
      SELECT l.id FROM hosts h CROSS JOIN LATERAL (
        SELECT id, due_at FROM webhooks_lanes WHERE host = h.host AND due_at <= clock_timestamp() ORDER BY due_at
        LIMIT greatest(0, $2::int - coalesce(($3::json ->> h.host)::int, 0)) FOR UPDATE SKIP LOCKED) l
      ORDER BY l.due_at LIMIT $1),
    claimed AS (
      UPDATE webhooks_lanes l SET claim = $5, due_at = clock_timestamp() + $4 * interval '1 ms'
      FROM due WHERE l.id = due.id RETURNING l.id, l.job_id, l.host, l.claim)
    SELECT c.id AS "laneId", c.job_id AS "jobId", c.host, c.claim, ${SELECT_CLAIMED}
    FROM claimed c CROSS JOIN LATERAL (${NEXT_OF_LANE('c.id')}) d ORDER BY d.ordinal`,
};

/**
 * Keeps everybody else off the lane until the end of the transaction: those who insert, too. That transaction does not
 * wait for the disk: a crash of the server may bring back its last deliveries, and one that is made twice is harmless.
 */
export const LOCK_LANE: Statement = {
  name: 'lock_lane',
  text: `SELECT set_config('synchronous_commit', 'off', true) FROM webhooks_lanes WHERE id = $1 FOR UPDATE`,
};

export const DELETE_DELIVERY: Statement = {
  name: 'delete_delivery',
  text: 'DELETE FROM webhooks_deliveries WHERE ordinal = $1',
};

/** An empty lane goes, unless somebody else has claimed it. */
export const DELETE_EMPTY_LANE: Statement = {
  name: 'delete_empty_lane',
  text: `DELETE FROM webhooks_lanes
    WHERE id = $1 AND claim = $2 AND NOT EXISTS (SELECT FROM webhooks_deliveries WHERE lane_id = $1)`,
};

/** $3: milliseconds from now. Nothing happens to a lane that somebody else has claimed. */
export const EXTEND_CLAIM: Statement = {
  name: 'extend_claim',
  text: `UPDATE webhooks_lanes SET due_at = clock_timestamp() + $3 * interval '1 ms' WHERE id = $1 AND claim = $2`,
};

/** The same, and nobody has it any more. */
export const END_CLAIM: Statement = {
  name: 'end_claim',
  text: `UPDATE webhooks_lanes SET claim = NULL, due_at = clock_timestamp() + $3 * interval '1 ms'
    WHERE id = $1 AND claim = $2`,
};

export const END_ALL_CLAIMS: Statement = {
  name: 'end_all_claims',
  text: 'UPDATE webhooks_lanes SET claim = NULL, due_at = clock_timestamp() WHERE claim IS NOT NULL',
};

/** The first delivery of a lane that is still claimed under that number. */
export const NEXT_DELIVERY: Statement = {
  name: 'next_delivery',
  text: `SELECT l.id AS "laneId", l.job_id AS "jobId", l.host, l.claim, ${SELECT_CLAIMED}
    FROM webhooks_lanes l CROSS JOIN LATERAL (${NEXT_OF_LANE('l.id')}) d WHERE l.id = $1 AND l.claim = $2`,
};

export const COUNT_ATTEMPT: Statement = {
  name: 'count_attempt',
  text: `UPDATE webhooks_deliveries d SET attempts = attempts + 1 FROM webhooks_lanes l
    WHERE d.ordinal = $3 AND l.id = $1 AND l.claim = $2`,
};

export interface ClaimedRow {
  laneId: string;
  jobId: string;
  host: string;
  claim: string;
  ordinal: string;
  id: string;
  event: WebhookEvent;
  attempts: number;
  request: StoredRequest;
}

export const claimedDeliveryOf = ({ request, ...row }: ClaimedRow): ClaimedDelivery => ({
  ...row,
  ...request,
});
