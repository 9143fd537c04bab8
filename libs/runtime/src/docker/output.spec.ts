import { HiddenTexts } from '@tork/core';
import { OutputDemultiplexer, OutputTail } from './output';

function frame(stream: number, payload: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

describe('OutputDemultiplexer', () => {
  const stream = Buffer.concat([frame(1, 'out €'), frame(2, ''), frame(2, 'err'), frame(1, 'x'.repeat(40_000))]);

  it.each([1, 2, 3, 7, 8, 9, 100, 40_000, 100_000])('puts frames together again from pieces of %d bytes', (size) => {
    const got: Uint8Array[] = [];
    const demultiplexer = new OutputDemultiplexer((chunk) => got.push(Buffer.from(chunk)));

    for (let at = 0; at < stream.length; at += size) demultiplexer.write(stream.subarray(at, at + size));

    expect(Buffer.concat(got).toString()).toBe(`out €err${'x'.repeat(40_000)}`);
    expect(got.every((chunk) => chunk.length > 0)).toBe(true);
  });
});

describe('OutputTail', () => {
  function tailOf(...chunks: string[]): string {
    const tail = new OutputTail();
    for (const chunk of chunks) tail.write(Buffer.from(chunk));
    return tail.text;
  }

  const lines = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');

  it('is empty when there was no output', () => {
    expect(tailOf()).toBe('');
  });

  it('is all there is when that is little', () => {
    expect(tailOf('one\n', 'two')).toBe('one\ntwo');
  });

  it('is the last ten lines', () => {
    expect(tailOf(lines(0, 29))).toBe(lines(20, 29));
    expect(tailOf(`${lines(0, 29)}rest`)).toBe(`${lines(21, 29)}rest`);
  });

  it('is the same whatever pieces the lines come in', () => {
    expect(tailOf(...lines(0, 5000).split(''))).toBe(lines(4991, 5000));
  });

  it('is bounded even if there are no lines', () => {
    expect(tailOf(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)))).toBe('x'.repeat(32 * 1024));
  });

  it('holds no control characters', () => {
    expect(tailOf('\u001b[31mred\u0000\u0007\tx\r\n')).toBe('[31mred\tx\n');
  });

  it('hides texts that it would cut apart', () => {
    const key = Array.from({ length: 20 }, (_, i) => `key line ${i}`).join('\n');
    const tail = new OutputTail(new HiddenTexts([key, 'ünlock']));

    for (const byte of Buffer.from(`before\n${key}\nsay ünlock\nsay ün`)) tail.write(Uint8Array.of(byte));

    expect(tail.text).toBe('before\n[REDACTED]\nsay [REDACTED]\nsay ün');
  });
});
