import { join } from 'node:path';
import { eventually, startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const services = useServices('postgres');
let tork: TorkServer;
beforeAll(async () => {
  tork = await startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
  });
});
afterAll(() => tork?.stop());

const shown = async () => (await tork.call<string>('GET', '/metrics/prometheus')).body;
/** The value of a series, given as it is written. */
const valueOf = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );

it('counts and times jobs and tasks by their ends', async () => {
  const good = await tork.submit({ name: 'good', tasks: [{ name: 'a', run: 'sleep 0.2' }] });
  const bad = await tork.submit({ name: 'bad', tasks: [{ name: 'a', run: 'false' }] });
  await tork.ended(good);
  await tork.ended(bad);

  await eventually(async () => {
    const text = await shown();
    expect(valueOf(text, 'tork_job_states_total{state="COMPLETED"}')).toBe(1);
    expect(valueOf(text, 'tork_job_states_total{state="FAILED"}')).toBe(1);
    expect(valueOf(text, 'tork_task_ends_total{queue="default",state="COMPLETED"}')).toBe(1);
    expect(valueOf(text, 'tork_task_seconds_sum{queue="default",state="COMPLETED"}')).toBeGreaterThan(0.2);
  });
});

it('knows requests by their routes, also those that there are not', async () => {
  await tork.call('GET', '/jobs/nothing');
  await tork.call('GET', '/no/such/route');

  const text = await shown();

  expect(valueOf(text, 'tork_http_request_seconds_count{method="GET",route="/jobs/:id",status="404"}')).toBe(1);
  expect(valueOf(text, 'tork_http_request_seconds_count{method="GET",route="none",status="404"}')).toBe(1);
});

it('hears of nodes, and speaks as Prometheus expects', async () => {
  await eventually(async () => expect(await shown()).toMatch(/tork_node_heartbeats_total{node="Worker",.+} [1-9]/));
  const { headers, status } = await tork.call('GET', '/metrics/prometheus');

  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain; ?version=0.0.4/);
});
