import type { NodeStatus } from '@tork/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('nodes')
export class NodeEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'last_heartbeat_at' })
  lastHeartbeatAt!: Date;

  @Column('double precision', { name: 'cpu_percent', nullable: true })
  cpuPercent!: number | null;

  @Column('text', { nullable: true })
  queue!: string | null;

  @Column('text')
  status!: NodeStatus;

  @Column('text', { nullable: true })
  hostname!: string | null;

  @Column('int', { nullable: true })
  port!: number | null;

  @Column('int', { name: 'task_count', nullable: true })
  taskCount!: number | null;

  @Column('text')
  version!: string;

  /** What the last heartbeat said it runs, `<task id>/<attempt>` each. */
  @Column('text', { array: true, nullable: true, select: false })
  held!: string[] | null;
}
