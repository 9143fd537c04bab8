import type { AutoDelete, DefaultsDocument, JobContext, JobState, StringMap, TaskDocument } from '@tork/core';
import type { WebhookDocument } from '@tork/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is only read together with the whole job. */
export interface StoredJobDocument {
  tasks: TaskDocument[];
  secrets?: StringMap;
  output?: string;
  defaults?: DefaultsDocument;
  webhooks?: WebhookDocument[];
  autoDelete?: AutoDelete;
}

/** The part of a job that is written once. */
@Entity('jobs')
export class JobEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { array: true, nullable: true })
  tags!: string[] | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  @Column('int', { name: 'task_count' })
  taskCount!: number;

  @Column('text', { name: 'schedule_id', nullable: true })
  scheduleId!: string | null;

  /** Not everybody may see it: there are rows in `jobs_perms`. */
  @Column('bool')
  restricted!: boolean;

  /** Apart from the document because lists show it. */
  @Column('json', { nullable: true })
  inputs!: StringMap | null;

  @Column('json')
  document!: StoredJobDocument;

  /** The words of name and description. */
  @Column('tsvector', { select: false })
  search!: string;
}

/** The part of a job that changes during its life: what events lock and rewrite. */
@Entity('jobs_progress')
export class JobProgressEntity {
  @PrimaryColumn('text')
  id!: string;

  /** As in {@link JobEntity}, for the index that finds the newest jobs of a state. */
  @Column({ type: 'timestamptz', name: 'created_at', update: false })
  createdAt!: Date;

  @Column('text')
  state!: JobState;

  @Column('int')
  position!: number;

  @Column('double precision', { nullable: true })
  progress!: number | null;

  @Column('json')
  context!: JobContext;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt!: Date | null;

  @Column('timestamptz', { name: 'delete_at', nullable: true })
  deleteAt!: Date | null;

  @Column('text', { nullable: true })
  result!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;
}

/** Who may see a job: one row for each user or role, in the order submitted. No rows: everybody. */
@Entity('jobs_perms')
export class JobPermissionEntity {
  @PrimaryColumn('text', { name: 'job_id' })
  jobId!: string;

  @PrimaryColumn('int')
  position!: number;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { name: 'role_id', nullable: true })
  roleId!: string | null;
}
