import type { Limits, Task, TaskDocument, TaskState } from '@tork/core';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/** What a composite task has come to; its definition is in the document. */
export interface StoredComposite {
  /** Of `parallel` and `each`. */
  completions?: number;
  /** Of `each`. */
  size?: number;
  /** Of `each`. */
  index?: number;
  /** Of `subjob`: the job it started. */
  jobId?: string;
}

@Entity('tasks')
export class TaskEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column({ type: 'text', name: 'job_id', update: false })
  jobId!: string;

  @Column({ type: 'text', name: 'parent_id', nullable: true, update: false })
  parentId!: string | null;

  /** Order of creation: children of `each` are promoted in the order of its list. */
  @Column({ type: 'bigint', update: false })
  @Generated('increment')
  ordinal!: string;

  @Column({ type: 'int', update: false })
  position!: number;

  @Column({ type: 'timestamptz', name: 'created_at', update: false })
  createdAt!: Date;

  /** All that is decided when the task is created. */
  @Column({ type: 'json', update: false })
  document!: TaskDocument;

  @Column('text')
  state!: TaskState;

  @Column('int')
  attempt!: number;

  @Column('text', { name: 'node_id', nullable: true })
  nodeId!: string | null;

  @Column('text', { nullable: true })
  queue!: string | null;

  @Column('int', { nullable: true })
  priority!: number | null;

  @Column('json', { nullable: true })
  limits!: Limits | null;

  @Column('text', { nullable: true })
  timeout!: string | null;

  @Column('json', { nullable: true })
  retry!: Task['retry'] | null;

  @Column('json', { nullable: true })
  composite!: StoredComposite | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'scheduled_at', nullable: true })
  scheduledAt!: Date | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt!: Date | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('text', { nullable: true })
  result!: string | null;

  @Column('double precision', { nullable: true })
  progress!: number | null;

  @Column('int', { nullable: true })
  redelivered!: number | null;
}
