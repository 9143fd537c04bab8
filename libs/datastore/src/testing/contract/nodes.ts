import type { Datastore } from '../../datastore';
import { makeJob, makeNode, makeTask, newId, storeJobs } from '../factories';

/** Nodes are what their latest heartbeat says. */
export function nodes(underTest: () => Datastore): void {
  const beat = (...heartbeats: ReturnType<typeof makeNode>[]) =>
    underTest().transaction((tx) => tx.writeHeartbeats(heartbeats));
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

  it('are listed by name, those heard of since', async () => {
    const name = newId();
    const b = makeNode({ name: `${name}b`, cpuPercent: 12.25, queue: 'x-b', hostname: 'h', port: 8001, taskCount: 0 });
    const a = makeNode({ name: `${name}a` });
    const silent = makeNode({ name: `${name}c`, lastHeartbeatAt: ago(600) });
    await beat(b, silent, a);

    const listed = await underTest().nodes(ago(300));

    expect(listed.filter((node) => node.name.startsWith(name))).toEqual([a, b]);
  });

  it('take no heartbeat that was overtaken, in a batch or after it', async () => {
    const node = makeNode({ name: newId(), lastHeartbeatAt: ago(10), taskCount: 1 });
    const newer = { ...node, lastHeartbeatAt: ago(5), taskCount: 2 };

    await beat(node, newer, node);
    await beat(node);

    expect((await underTest().nodes(ago(60))).filter(({ id }) => id === node.id)).toEqual([newer]);
  });

  it('are counted in the metrics while they are heard of', async () => {
    const now = new Date(Date.now() + 30 * 86_400_000);
    const seen = new Date(now.getTime() - 60_000);
    await beat(
      makeNode({ lastHeartbeatAt: seen, cpuPercent: 10 }),
      makeNode({ lastHeartbeatAt: seen, cpuPercent: 20 }),
    );

    expect((await underTest().metrics(now)).nodes).toEqual({ online: 2, cpuPercent: 15 });
    expect((await underTest().metrics(new Date(now.getTime() + 86_400_000))).nodes).toEqual({
      online: 0,
      cpuPercent: 0,
    });
  });

  it('run tasks, which count while their job runs', async () => {
    const before = await underTest().metrics(new Date());
    const running = makeJob({ state: 'RUNNING' });
    const scheduled = makeJob({ state: 'SCHEDULED' });
    await storeJobs(
      underTest(),
      [running, scheduled],
      [
        makeTask(running, { state: 'RUNNING' }),
        makeTask(running, { state: 'SCHEDULED' }),
        makeTask(scheduled, { state: 'RUNNING' }),
      ],
    );

    const during = await underTest().metrics(new Date());
    await underTest().transaction((tx) => tx.write({ jobs: [{ ...running, state: 'COMPLETED' }] }));
    const after = await underTest().metrics(new Date());

    expect(during.jobs.running - before.jobs.running).toBe(1);
    expect(during.tasks.running - before.tasks.running).toBe(1);
    expect(after).toMatchObject({ jobs: before.jobs, tasks: before.tasks });
  });
}
