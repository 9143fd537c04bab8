import type { Heartbeat, NodeStatus, OutgoingMessage } from '@tork/core';
import { silentLogger } from '@tork/observability';
import { eventually } from '@tork/testing';
import { HealthProbe } from './health-probe';
import { Heartbeats } from './heartbeats';
import { Lease } from './lease';

jest.setTimeout(20_000); // nothing takes long, but the machine may be busy

const open: Heartbeats[] = [];
afterEach(async () => {
  for (const heartbeats of open.splice(0)) await heartbeats.stop();
});

/** Heartbeats every 10 ms under a lease of 500 ms, to a broker that confirms at once or, while `away`, not at all. */
function make(health: () => Promise<void> = async () => undefined) {
  const sent: Heartbeat[] = [];
  const lapses: number[] = [];
  let back = Promise.resolve();
  let comeBack = () => {};
  const lease = new Lease({ durationMs: 500, onLapse: () => lapses.push(sent.length) });
  const heartbeats = new Heartbeats({
    broker: {
      publish: async ([message]: readonly OutgoingMessage[]) => {
        sent.push(message!.body as Heartbeat);
        await back;
      },
    },
    lease,
    runtime: new HealthProbe('runtime', health, 50),
    log: silentLogger(),
    intervalMs: 10,
    describe: (status: NodeStatus) => ({ status, lastHeartbeatAt: new Date() }) as Heartbeat,
  });
  open.push(heartbeats);
  const goAway = () => void (back = new Promise((resolve) => (comeBack = resolve)));
  return { heartbeats, lease, lapses, sent, goAway, comeBack: () => ((back = Promise.resolve()), comeBack()) };
}

describe('Heartbeats', () => {
  it('has the lease when it has started, and keeps it', async () => {
    const { heartbeats, lease, lapses, sent } = make();

    await heartbeats.start();

    expect(sent).toHaveLength(1);
    expect(lease.check()).toBe(true);
    await eventually(() => expect(sent.length).toBeGreaterThan(20));
    expect(lapses).toEqual([]);
  });

  it('lets the lease end while nothing is confirmed, sending no more meanwhile, and takes it up again', async () => {
    const { heartbeats, lapses, lease, sent, goAway, comeBack } = make();
    await heartbeats.start();
    goAway();

    await eventually(() => expect(lapses).toHaveLength(1));
    const sentWhileAway = sent.length;
    expect(lease.check()).toBe(false);
    comeBack();

    await eventually(() => expect(lease.check()).toBe(true));
    expect(lapses).toEqual([sentWhileAway]);
  });

  it('reports a runtime that does not work, and one that works again', async () => {
    let healthy = false;
    const { heartbeats, sent } = make(async () => {
      if (!healthy) throw new Error('no daemon');
    });

    await heartbeats.start();
    expect(sent[0]?.status).toBe('DOWN');

    healthy = true;
    await eventually(() => expect(sent.at(-1)?.status).toBe('UP'));
  });

  it('goes on beating while the runtime does not answer', async () => {
    let hang = false;
    const { heartbeats, lapses, sent } = make(() => (hang ? new Promise(() => undefined) : Promise.resolve()));
    await heartbeats.start();
    hang = true;

    await eventually(() => expect(sent.at(-1)?.status).toBe('DOWN'));

    expect(sent.filter(({ status }) => status === 'UP').length).toBeGreaterThan(1);
    expect(lapses).toEqual([]);
  });

  it('announces its end once', async () => {
    const { heartbeats, sent } = make();
    await heartbeats.start();

    await heartbeats.stop();
    await heartbeats.stop();

    expect(sent.filter(({ status }) => status === 'DOWN')).toHaveLength(1);
    expect(sent.at(-1)?.status).toBe('DOWN');
  });
});
