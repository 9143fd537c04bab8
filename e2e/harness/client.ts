import type { Job, JobDocument, Page, Task, TaskLogPart } from '@tork/core';
import { eventually } from '@tork/testing';

/** What the wire shows of a job with its tasks. */
export type JobView = Omit<Job, 'execution'> & { execution: Task[] };

export interface Answer<T = unknown> {
  status: number;
  body: T;
}

/** Talks to the API as a user's program would. */
export class Client {
  constructor(readonly base: string) {}

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(this.base + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  /** Submits a job and returns its id; anything but 200 is an error, tried again while the API says 5xx or is away. */
  async submit(document: JobDocument): Promise<string> {
    return eventually(
      async () => {
        const { body, status } = await this.call<{ id: string; message?: string }>('POST', '/jobs', document);
        if (status !== 200) throw new Error(`POST /jobs: ${status} ${body.message}`);
        return body.id;
      },
      { timeoutMs: 60_000, intervalMs: 250 },
    );
  }

  async job(id: string): Promise<JobView> {
    const { body, status } = await this.call<JobView>('GET', `/jobs/${id}`);
    if (status !== 200) throw new Error(`GET /jobs/${id}: ${status}`);
    return body;
  }

  /** The job once it has ended, whatever its end. */
  async ended(id: string, timeoutMs = 60_000): Promise<JobView> {
    return eventually(
      async () => {
        const job = await this.job(id);
        if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(job.state)) return job;
        throw new Error(
          `job ${id} is ${job.state}, its tasks ${JSON.stringify(job.execution.map(({ name, state, attempt, nodeId }) => ({ name, state, attempt, nodeId })))}`,
        );
      },
      { timeoutMs, intervalMs: 100 },
    );
  }

  /** The whole log of a job, oldest part first. */
  async log(id: string): Promise<string> {
    const { body } = await this.call<Page<TaskLogPart>>('GET', `/jobs/${id}/log?size=100`);
    return body.items
      .toReversed()
      .map(({ contents }) => contents)
      .join('');
  }
}

/** Waits for the end of all jobs, and says which did not complete. */
export async function allCompleted(client: Client, ids: readonly string[], timeoutMs: number): Promise<JobView[]> {
  const deadline = Date.now() + timeoutMs;
  const jobs: JobView[] = [];
  for (const id of ids) jobs.push(await client.ended(id, Math.max(1_000, deadline - Date.now())));
  const bad = jobs.filter(({ state }) => state !== 'COMPLETED');
  if (bad.length > 0)
    throw new Error(`not completed: ${bad.map(({ id, state, error }) => `${id} ${state} ${error}`).join('; ')}`);
  return jobs;
}
