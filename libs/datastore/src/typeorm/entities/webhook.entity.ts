import type { StringMap } from '@tork/core';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** The calls of one job to one URL, which are made one after the other. There is a row as long as one is to be made. */
@Entity('webhooks_lanes')
export class WebhookLaneEntity {
  /** A hash of job and URL. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'job_id' })
  jobId!: string;

  /** Host and port of the URL. */
  @Column('text')
  host!: string;

  /** When the next call may be made; for a lane that is claimed, when the claim ends. */
  @Column({ type: 'timestamptz', name: 'due_at', insert: false })
  dueAt!: Date;

  /**
   * Names the claim: whoever had an earlier one has lost the lane. No number: a lane comes back when it is removed and
   * written again, and with it the numbers would.
   */
  @Column({ type: 'text', insert: false, nullable: true })
  claim!: string | null;
}

/** A call that is to be made. */
@Entity('webhooks_deliveries')
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  ordinal!: string;

  @Column('text')
  id!: string;

  @Column('text', { name: 'lane_id' })
  laneId!: string;

  @Column('text')
  event!: string;

  /** Those that failed. */
  @Column({ type: 'int', insert: false })
  attempts!: number;

  @Column('json')
  request!: StoredRequest;
}

/** What is sent. All of it may be secret. */
export interface StoredRequest {
  url: string;
  headers: StringMap;
  body: string;
}
