import { HealthProbe } from './health-probe';
import { RuntimeGate } from './runtime-gate';

const running = () => new AbortController().signal;
const FIRST_PAUSE_MS = 5;

describe('RuntimeGate', () => {
  let keepAlive: NodeJS.Timeout;
  beforeAll(() => void (keepAlive = setInterval(() => undefined, 1_000))); // its own pauses keep no process alive
  afterAll(() => clearInterval(keepAlive));

  it('is open at first', async () => {
    const gate = new RuntimeGate(new HealthProbe('runtime', async () => undefined), running());

    expect(gate.isOpen).toBe(true);
    await gate.whenOpen();
  });

  it('stays closed until the runtime is healthy', async () => {
    let asked = 0;
    const health = new HealthProbe('runtime', async () => {
      if (++asked < 3) throw new Error('not yet');
    });
    const gate = new RuntimeGate(health, running(), FIRST_PAUSE_MS);
    gate.close();
    gate.close();
    expect(gate.isOpen).toBe(false);

    await gate.whenOpen();

    expect(asked).toBe(3);
    expect(gate.isOpen).toBe(true);
  });

  it('waits longer after each failure in a row, until a run has proved it well', async () => {
    const gate = new RuntimeGate(new HealthProbe('runtime', async () => undefined), running(), FIRST_PAUSE_MS);
    const pause = async () => {
      const since = performance.now();
      gate.close();
      await gate.whenOpen();
      return performance.now() - since;
    };
    await pause();
    await pause();
    await pause();
    expect(await pause()).toBeGreaterThanOrEqual(8 * FIRST_PAUSE_MS - 1);

    gate.proved();

    expect(await pause()).toBeLessThan(8 * FIRST_PAUSE_MS);
  });

  it('lets everybody go when the worker stops', async () => {
    const stop = new AbortController();
    const gate = new RuntimeGate(new HealthProbe('runtime', async () => undefined), stop.signal, 60_000);
    gate.close();
    const open = gate.whenOpen();
    stop.abort();

    await open;
  });
});
