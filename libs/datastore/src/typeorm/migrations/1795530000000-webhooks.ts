import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID = 'text COLLATE "C"';

/**
 * Webhook calls that are to be made. Those of one job to one URL form a lane and are made one after the other, so that it
 * is lanes that senders claim: however many calls wait in a lane, it is one row to them.
 */
export class Webhooks1795530000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhooks_deliveries, webhooks_lanes');
  }
}

const STATEMENTS = [
  // Nearly empty, but rewritten with every call: dead rows are cleaned up by their number, not by their share.
  `CREATE TABLE webhooks_lanes (
    id ${ID} PRIMARY KEY,
    job_id ${ID} NOT NULL,
    host text COLLATE "C" NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    claim text
  ) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0)`,
  // The next lanes of each host are found without a look at the others, be there thousands.
  'CREATE INDEX webhooks_lanes_due_idx ON webhooks_lanes (host, due_at)',
  'CREATE INDEX webhooks_lanes_job_idx ON webhooks_lanes (job_id)',
  `CREATE TABLE webhooks_deliveries (
    ordinal bigserial PRIMARY KEY,
    id ${ID} NOT NULL,
    lane_id ${ID} NOT NULL,
    event text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    request json NOT NULL
  ) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0)`,
  'CREATE INDEX webhooks_deliveries_lane_idx ON webhooks_deliveries (lane_id, ordinal)',
];
