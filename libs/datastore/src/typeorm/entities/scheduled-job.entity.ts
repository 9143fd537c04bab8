import type { ScheduledJobState, StringMap } from '@tork/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredJobDocument } from './job.entity';

@Entity('scheduled_jobs')
export class ScheduledJobEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { array: true, nullable: true })
  tags!: string[] | null;

  @Column('text')
  cron!: string;

  @Column('text')
  state!: ScheduledJobState;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  @Column('json', { nullable: true })
  inputs!: StringMap | null;

  @Column('json')
  document!: StoredJobDocument;

  /** The planned time of the latest run: whoever moves it on creates that run's job. */
  @Column('timestamptz', { name: 'fired_at', nullable: true })
  firedAt!: Date | null;
}

/** As {@link JobPermissionEntity}, handed down to the jobs of the schedule. */
@Entity('scheduled_jobs_perms')
export class ScheduledJobPermissionEntity {
  @PrimaryColumn('text', { name: 'scheduled_job_id' })
  scheduledJobId!: string;

  @PrimaryColumn('int')
  position!: number;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { name: 'role_id', nullable: true })
  roleId!: string | null;
}
