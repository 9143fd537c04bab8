import type { IncomingMessage } from 'node:http';
import { requestIds } from './request-id';

const withId = (id?: string | string[]) => ({ headers: { 'x-request-id': id } }) as unknown as IncomingMessage;

describe('requestIds', () => {
  const idOf = requestIds();

  it.each(['a', '0b7e1a4e-7d0c-4b7e-9a53-8f0f4c0f8a11', 'trace:1/span=2', 'x'.repeat(128)])('takes %s', (id) => {
    expect(idOf(withId(id))).toBe(id);
  });

  it.each([undefined, '', 'a b', 'a, b', 'a\nb', '<script>', '"', 'ü', 'x'.repeat(129)])('makes one for %p', (id) => {
    expect(idOf(withId(id))).toMatch(/^[0-9a-f]{8}-\d+$/);
  });

  it('makes each once, and other ones in another process', () => {
    const ids = [idOf(withId()), idOf(withId()), requestIds()(withId())];

    expect(new Set(ids).size).toBe(3);
  });
});
