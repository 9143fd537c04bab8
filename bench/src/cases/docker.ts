import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TEST_IMAGE, ensureImage } from '@tork/runtime/testing';
import type { Measure } from '../bench';
import { figureOf } from '../figures';
import { Pipeline, request } from '../load/pipeline';
import { startSystem } from '../system/system';

const RUN = 'docker/run';
const TASK = 'docker/task';
const RATIO = 'docker/ratio';

const SCRIPT = 'true';

/** Pairs whose times are not looked at: what Docker and we do once comes first. */
const WARM_UP_PAIRS = 3;

/**
 * What a container costs within the engine: from start to completion of the task, as the API shows them, beside `docker
 * run` of the same image with the same script. They take turns, so that the machine's moods meet both alike. The ratio is
 * the median of those of the pairs.
 */
export const docker: Measure = {
  figures: [RUN, TASK, RATIO],
  async run({ effort, signal, profileFolder, report }) {
    await ensureImage();
    await using system = await startSystem({ topology: 'distributed', runtime: 'docker', profileFolder });
    const client = await Pipeline.open(system.url, 1);
    try {
      const pairs: { run: number; task: number }[] = [];
      for (let n = -WARM_UP_PAIRS; n < effort.containers; n++) {
        signal.throwIfAborted();
        const pair = { run: await dockerRunMs(), task: await taskMs(client) };
        if (n >= 0) pairs.push(pair);
      }
      report(
        figureOf(
          RUN,
          'ms',
          pairs.map(({ run }) => run),
        ),
      );
      report(
        figureOf(
          TASK,
          'ms',
          pairs.map(({ task }) => task),
        ),
      );
      report(
        figureOf(
          RATIO,
          '×',
          pairs.map(({ run, task }) => task / run),
        ),
      );
    } finally {
      client.close();
    }
  },
};

const execute = promisify(execFile);

async function dockerRunMs(): Promise<number> {
  const startedAt = performance.now();
  await execute('docker', ['run', '--rm', TEST_IMAGE, 'sh', '-c', SCRIPT]);
  return performance.now() - startedAt;
}

/** A job that is answered when it has ended. */
const JOB = request(
  'POST',
  '/jobs',
  JSON.stringify({
    name: 'container',
    tasks: [{ name: 'container', image: TEST_IMAGE, run: SCRIPT }],
    wait: { timeout: '60s' },
  }),
);

interface EndedJob {
  state: string;
  error?: string;
  execution: { startedAt: string; completedAt: string }[];
}

async function taskMs(client: Pipeline): Promise<number> {
  const { state, error, execution } = await client.ask<EndedJob>(JOB);
  const [task] = execution;
  if (state !== 'COMPLETED' || !task) throw new Error(`the job with a container is ${state}: ${error}`);
  return Date.parse(task.completedAt) - Date.parse(task.startedAt);
}
