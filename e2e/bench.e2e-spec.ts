import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnProcess, type SpawnedProcess } from '@tork/testing';

const ENDS_WITHIN_MS = 120_000;
jest.setTimeout(2 * ENDS_WITHIN_MS);

const folder = mkdtempSync(join(tmpdir(), 'tork-bench-spec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the services of the tests are. */
const services = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name.startsWith('TORK_TEST_') || name === 'DOCKER_HOST'),
) as Record<string, string>;

/** Starts the built benchmark. */
const bench = (...args: string[]): SpawnedProcess =>
  spawnProcess(join(__dirname, '../bench/dist/main.js'), args, { name: 'bench', env: services });

it('measures a floor, the throughput and the hand-offs of a distributed system, and writes them as JSON', async () => {
  const file = join(folder, 'figures.json');
  const names = [
    'floor/rabbitmq/messages',
    'jobs/distributed/noop/1',
    'hand-off/distributed/1/at-half/p50',
    'hand-off/distributed/1/at-half/p95',
  ];

  const run = bench('--quick', '--only', `^(${names.join('|')})$`, '--json', file);

  expect(await run.exited).toEqual({ code: 0, signal: null });
  const { machine, figures } = JSON.parse(readFileSync(file, 'utf8'));
  expect(machine).toMatchObject({ cores: expect.any(Number), postgres: expect.any(String), node: expect.any(String) });
  expect(figures.map(({ name }: { name: string }) => name)).toEqual(names);
  for (const figure of figures) {
    expect(figure).toMatchObject({ median: expect.any(Number), min: figure.rounds[0], max: figure.rounds[0] });
  }
  expect(figures[1]).toMatchObject({ unit: '/s', original: 94, target: 500, ratio: figures[1].median / 94 });
  expect(run.output).toMatch(/^\| jobs\/distributed\/noop\/1 .*\| +94\.0\/s \|/m);
});

it('leaves CPU profiles of the processes that it measures', async () => {
  const profiles = join(folder, 'profiles');

  const run = bench('--quick', '--only', '^jobs/standalone/noop/1$', '--profile', profiles);

  expect(await run.exited).toEqual({ code: 0, signal: null });
  const [profile] = readdirSync(join(profiles, 'standalone-noop-standalone'));
  expect(profile).toMatch(/\.cpuprofile$/);
});

it('says what it cannot make sense of', async () => {
  const unknown = bench('--only', 'no such figure');
  const none = bench('--rounds', '0');

  expect(await unknown.exited).toEqual({ code: 1, signal: null });
  expect(unknown.output).toBe('--only: no figure has a name that matches /no such figure/\n');
  expect(await none.exited).toEqual({ code: 1, signal: null });
  expect(none.output).toBe("--rounds: expected a whole number above 0, found '0'\n");
});
