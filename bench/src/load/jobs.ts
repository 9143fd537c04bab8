import { setTimeout as sleep } from 'node:timers/promises';
import type { Effort } from '../options';
import { Pipeline, request } from './pipeline';

/** Submissions that are under way at the same time: more and the API answers later, fewer and it waits for us. */
const IN_FLIGHT = 32;

/** After so long without news the number of completed jobs is looked at, and must have grown. */
const LOOK_AFTER_MS = 5_000;
const STALLED_AFTER_MS = 60_000;

export interface Load {
  url: string;
  /** Tells the jobs of this load from all others of the system. */
  tag: string;
  count: number;
  /** Of each job, one after the other. */
  tasks: number;
  signal: AbortSignal;
}

/** Submits jobs as fast as they are taken and waits for the end of the last. Resolves with milliseconds. */
export async function burst(load: Load): Promise<number> {
  return loadBy(load, async (submit) => {
    let left = load.count;
    const submitter = async () => {
      while (left-- > 0) await submit();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, submitter));
  });
}

/** Runs ever larger bursts, until one lasts long enough to tell the rate from. Resolves with jobs a second. */
export async function warmUp({ warmUpSeconds }: Effort, load: (count: number) => Load): Promise<number> {
  for (let count = 40; ; count *= 2) {
    const ms = await burst(load(count));
    if (ms >= warmUpSeconds * 1000) return (count * 1000) / ms;
  }
}

/** Submits jobs at an even rate a second, whatever becomes of them, and waits for the end of the last. */
export async function paced(load: Load, rate: number): Promise<number> {
  return loadBy(load, async (submit) => {
    const startedAt = performance.now();
    const submissions: Promise<void>[] = [];
    let failure: Error | undefined;
    while (submissions.length < load.count && !failure) {
      const dueMs = startedAt + (submissions.length * 1000) / rate - performance.now();
      if (dueMs > 0) await sleep(dueMs);
      submissions.push(submit().catch((error: Error) => void (failure ??= error)));
    }
    await Promise.all(submissions);
    if (failure) throw failure;
  });
}

type Submit = () => Promise<void>;

async function loadBy(load: Load, run: (submit: Submit) => Promise<void>): Promise<number> {
  const pipeline = await Pipeline.open(load.url);
  const submission = request('POST', '/jobs', documentOf(load));
  let lastId = '';
  try {
    const startedAt = performance.now();
    await run(async () => {
      load.signal.throwIfAborted();
      lastId = (await pipeline.ask<{ id: string }>(submission)).id;
    });
    await ended(pipeline, load, lastId);
    return performance.now() - startedAt;
  } finally {
    pipeline.close();
  }
}

/** A job of tasks that need nothing. */
const documentOf = ({ tag, tasks }: Load): string =>
  JSON.stringify({
    name: 'bench',
    tags: [tag],
    tasks: Array.from({ length: tasks }, (_, index) => ({ name: `task ${index + 1}`, run: 'true' })),
  });

/** Between two looks at the last job while others are before it, and once all but a few have ended. */
const POLL_MS = { early: 50, late: 10 };

/**
 * Waits for all jobs of a load. The database counts them one by one, so it is asked for their number only when the job
 * that came last has ended, and hardly any other is left; before that, now and then, to see whether they get on.
 */
async function ended(pipeline: Pipeline, load: Load, lastId: string): Promise<void> {
  const last = request('GET', `/jobs/${lastId}`);
  const numberOf = async (state: string) => {
    const query = request('GET', `/jobs?size=1&q=${state}+tag:${load.tag}`);
    return (await pipeline.ask<{ totalItems: number }>(query)).totalItems;
  };
  const progress = { completed: -1, at: performance.now() };
  for (;;) {
    load.signal.throwIfAborted();
    const isLate = isFinal((await pipeline.ask<{ state: string }>(last)).state);
    const silentMs = performance.now() - progress.at;
    if (isLate || silentMs > LOOK_AFTER_MS) {
      const completed = await numberOf('completed');
      if (completed >= load.count) return;
      const failed = await numberOf('failed');
      if (failed > 0) throw new Error(`${failed} of ${load.count} jobs failed`);
      if (completed > progress.completed) Object.assign(progress, { completed, at: performance.now() });
      else if (silentMs > STALLED_AFTER_MS) throw new Error(`only ${completed} of ${load.count} jobs completed`);
    }
    await sleep(isLate ? POLL_MS.late : POLL_MS.early);
  }
}

const isFinal = (state: string): boolean => state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELLED';
