import { secretValuesOf } from './secrets-of';

describe('the secrets of a job', () => {
  it('are its own, those of its context and those handed to sub-jobs', () => {
    const job = {
      secrets: { a: 'own', braces: '{{ literally }}' },
      context: { secrets: { a: 'own', b: 'context' }, tasks: { secrets: 'a result' } },
      tasks: [
        { subjob: { secrets: { c: 'inner', d: '{{ secrets.a }}' }, tasks: [{ subjob: { secrets: { e: 'deep' } } }] } },
      ],
      execution: [{ subjob: { secrets: { d: 'evaluated' } } }],
    };

    expect(secretValuesOf(job)).toEqual(['own', '{{ literally }}', 'context', 'inner', 'deep', 'evaluated']);
  });

  it('are none where there are none', () => {
    for (const value of [
      undefined,
      null,
      'secrets',
      {},
      { secrets: undefined },
      { secrets: null },
      [{ at: new Date() }],
    ]) {
      expect(secretValuesOf(value)).toEqual([]);
    }
  });
});
