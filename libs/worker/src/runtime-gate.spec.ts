import { RuntimeGate } from './runtime-gate';
import type { RuntimeGateOptions } from './runtime-gate';

/** A gate whose pauses are over at once, and kept. */
function make(options: Partial<RuntimeGateOptions> = {}) {
  const pauses: number[] = [];
  const gate = new RuntimeGate({
    health: { check: async () => undefined },
    stopping: new AbortController().signal,
    pause: async (ms) => void pauses.push(ms),
    ...options,
  });
  const closeAndWait = async () => {
    gate.close();
    await gate.whenOpen();
  };
  return { gate, pauses, closeAndWait };
}

describe('RuntimeGate', () => {
  it('is open at first', async () => {
    const { gate, pauses } = make();

    await gate.whenOpen();

    expect(gate.isOpen).toBe(true);
    expect(pauses).toEqual([]);
  });

  it('stays closed until the runtime is healthy', async () => {
    let asked = 0;
    const check = async () => {
      if (++asked < 3) throw new Error('not yet');
    };
    const { gate, pauses } = make({ health: { check } });
    gate.close();
    gate.close();
    expect(gate.isOpen).toBe(false);

    await gate.whenOpen();

    expect(gate.isOpen).toBe(true);
    expect(asked).toBe(3);
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  it('waits longer after each failure in a row, until a run has proved it well', async () => {
    const { gate, pauses, closeAndWait } = make();
    for (let i = 0; i < 7; i++) await closeAndWait();
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);

    gate.proved();

    await closeAndWait();
    expect(pauses.at(-1)).toBe(1_000);
  });

  it('lets everybody go when the worker stops', async () => {
    const stop = new AbortController();
    const { gate } = make({ stopping: stop.signal, pause: undefined });
    gate.close();
    const open = gate.whenOpen();
    stop.abort();

    await open;
  });
});
