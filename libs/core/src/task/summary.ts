import type { Task, TaskSummary } from './task';

/** The short form of a task. */
export function taskSummary(task: Task): TaskSummary {
  return {
    id: task.id,
    jobId: task.jobId,
    position: task.position,
    progress: task.progress,
    name: task.name,
    description: task.description,
    state: task.state,
    createdAt: task.createdAt,
    scheduledAt: task.scheduledAt,
    startedAt: task.startedAt,
    completedAt: task.completedAt,
    error: task.error,
    result: task.result,
    var: task.var,
    tags: task.tags,
  };
}
