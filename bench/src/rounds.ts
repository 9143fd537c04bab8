import type { Bench } from './bench';

/** Measures a rate once to warm up, then once a round. */
export async function roundsOf(bench: Bench, rate: (seconds: number) => Promise<number>): Promise<number[]> {
  const { rounds, warmUpSeconds, floorSeconds } = bench.effort;
  await rate(warmUpSeconds);
  const results: number[] = [];
  while (results.length < rounds) {
    bench.signal.throwIfAborted();
    results.push(await rate(floorSeconds));
  }
  return results;
}
