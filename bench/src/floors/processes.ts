import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Measure } from '../bench';
import { figureOf } from '../figures';
import { roundsOf } from '../rounds';

const NAME = 'floor/processes';

/** Processes that exist at the same time. */
const IN_FLIGHT = 4;

/** What the shell runtime cannot exceed by far: starts a second, from Node, of a program that does nothing. */
export const processesFloor: Measure = {
  figures: [NAME],
  async run(bench) {
    bench.report(figureOf(NAME, '/s', await roundsOf(bench, startsPerSecond)));
  },
};

async function startsPerSecond(seconds: number): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let ended = 0;
  const starter = async () => {
    while (performance.now() < until) {
      const [code] = (await once(spawn('/bin/true', { stdio: 'ignore' }), 'exit')) as [number | null];
      if (code !== 0) throw new Error(`/bin/true ended with ${code}`);
      ended++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, starter));
  return (ended * 1000) / (performance.now() - startedAt);
}
