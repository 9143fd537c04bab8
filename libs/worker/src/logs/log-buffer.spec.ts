import { LogBuffer } from './log-buffer';

const KIB = 1024;

describe('LogBuffer', () => {
  it('gives back what was put in, and is empty then', () => {
    const buffer = new LogBuffer(64 * KIB);
    buffer.push('a\n');
    buffer.push('b\n');

    expect(buffer.take()).toBe('a\nb\n');
    expect(buffer.size).toBe(0);
    expect(buffer.take()).toBe('');
  });

  it('keeps the beginning and the latest output, and says what is missing', () => {
    const buffer = new LogBuffer(64 * KIB);
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`);
    for (const line of lines) buffer.push(line);

    const text = buffer.take();

    const [head = '', dropped = '', tail = ''] = text.split(/\n… (\d+) bytes dropped …\n/);
    const whole = lines.join('');
    expect(head.length + tail.length).toBeLessThanOrEqual(64 * KIB);
    expect(whole.startsWith(head)).toBe(true);
    expect(whole.endsWith(tail)).toBe(true);
    expect(Number(dropped)).toBe(Buffer.byteLength(whole) - Buffer.byteLength(head) - Buffer.byteLength(tail));
  });

  it('stays within its limit whatever comes at once, and cuts no character apart', () => {
    const buffer = new LogBuffer(64 * KIB);
    buffer.push(`x${'😀'.repeat(200_000)}`);

    expect(buffer.size).toBeLessThanOrEqual(64 * KIB);
    expect(buffer.take()).not.toMatch(/\p{Surrogate}/u);
  });

  it('counts anew after it was emptied', () => {
    const buffer = new LogBuffer(64 * KIB);
    buffer.push('x'.repeat(200 * KIB));
    buffer.take();
    buffer.push('fine');

    expect(buffer.take()).toBe('fine');
  });
});
