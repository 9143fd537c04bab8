import type { Job, JobSummary, ScheduledJob, ScheduledJobSummary } from './job';

/** The short form of a job. */
export function jobSummary(job: Job): JobSummary {
  return {
    id: job.id,
    createdBy: job.createdBy,
    parentId: job.parentId,
    inputs: job.inputs,
    name: job.name,
    description: job.description,
    tags: job.tags,
    state: job.state,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    failedAt: job.failedAt,
    position: job.position,
    taskCount: job.taskCount,
    result: job.result,
    error: job.error,
    progress: job.progress,
    schedule: job.schedule,
  };
}

/** The short form of a schedule. */
export function scheduledJobSummary(job: ScheduledJob): ScheduledJobSummary {
  return {
    id: job.id,
    createdBy: job.createdBy,
    inputs: job.inputs,
    state: job.state,
    name: job.name,
    description: job.description,
    tags: job.tags,
    createdAt: job.createdAt,
    cron: job.cron,
  };
}
