import { HiddenTexts } from '@tork/core';
import type { LogShipment } from '@tork/core';
import * as fc from 'fast-check';
import { LogShipper } from './log-shipper';
import type { LogShipperOptions } from './log-shipper';

/** A shipper whose parts are kept; `arrived` resolves with the next one. */
function start(options: Partial<LogShipperOptions> = {}) {
  const parts: LogShipment[] = [];
  let arrive = () => {};
  const shipper = new LogShipper({
    taskId: 'task',
    attempt: 3,
    intervalMs: 5,
    onLoss: (error) => {
      throw error;
    },
    send: async (part) => {
      parts.push(part);
      arrive();
    },
    ...options,
  });
  const arrived = () => new Promise<void>((resolve) => (arrive = resolve));
  const text = () => parts.map(({ contents }) => contents).join('');
  return { shipper, parts, arrived, text };
}

describe('LogShipper', () => {
  it('ships what came together in one part, after a while', async () => {
    const { shipper, parts, arrived } = start();
    const first = arrived();
    shipper.write(Buffer.from('one\n'));
    shipper.write(Buffer.from('two\n'));
    await first;

    expect(parts).toMatchObject([{ taskId: 'task', attempt: 3, sequence: 1, contents: 'one\ntwo\n' }]);
    expect(new Date(parts[0]!.at).getTime()).toBeLessThanOrEqual(Date.now());
    await shipper.close();
  });

  it('ships the rest when it is closed, numbered on', async () => {
    const { shipper, parts, arrived } = start();
    const first = arrived();
    shipper.write(Buffer.from('one\n'));
    await first;
    shipper.write(Buffer.from('two\n'));

    await shipper.close();

    expect(parts.map(({ sequence, contents }) => [sequence, contents])).toEqual([
      [1, 'one\n'],
      [2, 'two\n'],
    ]);
  });

  it('puts characters together however the chunks cut them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (output, cuts) => {
          const { shipper, text } = start();
          const bytes = Buffer.from(output);
          for (let at = 0, i = 0; at < bytes.length; at += cuts[i++ % cuts.length]!) {
            shipper.write(bytes.subarray(at, at + cuts[i % cuts.length]!));
          }

          await shipper.close();

          expect(text()).toBe(bytes.toString().replaceAll('\0', ''));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('replaces what is no character and leaves NUL out', async () => {
    const { shipper, text } = start();
    shipper.write(Buffer.from([0x61, 0xff, 0x00, 0x62, 0xe2, 0x82]));

    await shipper.close();

    expect(text()).toBe('a\ufffdb\ufffd');
  });

  it('sends nothing for a task that says nothing', async () => {
    const { shipper, parts } = start();
    shipper.write(new Uint8Array(0));
    shipper.write(new Uint8Array([0]));

    await shipper.close();

    expect(parts).toEqual([]);
  });

  it('ships much output at once, in parts', async () => {
    const { shipper, parts, arrived } = start({ intervalMs: 60_000 });
    const first = arrived();
    shipper.write(Buffer.alloc(300 * 1024, 'x'));
    await first;

    expect(parts.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    await shipper.close();
  });

  it('keeps a bounded amount while nothing can be sent, and closes only when all is sent', async () => {
    let reconnect = () => {};
    const away = new Promise<void>((resolve) => (reconnect = resolve));
    const parts: string[] = [];
    const { shipper } = start({
      bufferChars: 64 * 1024,
      send: async ({ contents }) => {
        await away;
        parts.push(contents);
      },
    });
    for (let i = 0; i < 1_000; i++) shipper.write(Buffer.from(`line ${i} ${'.'.repeat(1_000)}\n`));
    let closed = false;
    const closing = shipper.close().then(() => (closed = true));
    await new Promise(setImmediate);
    expect(closed).toBe(false);

    reconnect();
    await closing;

    const text = parts.join('');
    expect(text).toMatch(/^line 0 /);
    expect(text).toMatch(/\n… \d+ bytes dropped …\n/);
    expect(text).toContain('line 999 ');
    expect(text.length).toBeLessThan(200 * 1024);
  });

  it('goes on after output could not be sent', async () => {
    const losses: unknown[] = [];
    const { shipper, text } = start({
      send: async () => Promise.reject(new Error('refused')),
      onLoss: (error) => void losses.push(error),
    });
    shipper.write(Buffer.from('gone'));

    await shipper.close();

    expect(losses).toEqual([new Error('refused')]);
    expect(text()).toBe('');
  });

  it('takes nothing after it was closed', async () => {
    const { shipper, parts } = start();
    await shipper.close();
    shipper.write(Buffer.from('late'));
    await shipper.close();

    expect(parts).toEqual([]);
  });

  it('hides texts in whatever pieces they come, and holds no more back than it must', async () => {
    const { shipper, parts, arrived, text } = start({ hidden: new HiddenTexts(['schlüssel']) });
    const first = arrived();
    for (const byte of Buffer.from('one schlüssel\ntwo schl')) shipper.write(Uint8Array.of(byte));
    await first;
    expect(parts.map(({ contents }) => contents)).toEqual(['one [REDACTED]\ntwo ']);

    shipper.write(Buffer.from('üsse'));
    await shipper.close();

    expect(text()).toBe('one [REDACTED]\ntwo schlüsse');
  });
});
