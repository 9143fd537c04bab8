import { mapSecrets } from './secret-values';

const shout = (value: unknown) => mapSecrets(value, (text) => text.toUpperCase());

describe('texts that may hold secrets', () => {
  it('are the values of secrets, env and headers, words of cmd and passwords of registries, wherever they are', () => {
    const task = {
      name: 'name',
      image: 'image',
      run: 'run',
      cmd: ['word', 'other'],
      env: { name: 'value' },
      registry: { username: 'user', password: 'word' },
    };
    const result = {
      ...task,
      cmd: ['WORD', 'OTHER'],
      env: { name: 'VALUE' },
      registry: { username: 'user', password: 'WORD' },
    };

    expect(
      shout({
        secrets: { key: 'value' },
        inputs: { secrets: 'a text', env: 'another' },
        webhooks: [{ url: 'url', headers: { name: 'value' } }],
        tasks: [{ ...task, pre: [task], each: { task }, subjob: { secrets: { a: 'b' }, tasks: [task] } }],
      }),
    ).toEqual({
      secrets: { key: 'VALUE' },
      inputs: { secrets: 'a text', env: 'another' },
      webhooks: [{ url: 'url', headers: { name: 'VALUE' } }],
      tasks: [{ ...result, pre: [result], each: { task: result }, subjob: { secrets: { a: 'B' }, tasks: [result] } }],
    });
  });

  it('are the only ones: everything else stays as it is', () => {
    const at = new Date();
    for (const value of [null, undefined, 1, 'text', true, [], {}, [null, 1], at, { cmd: 'text' }, { registry: {} }]) {
      expect(shout(value)).toEqual(value);
    }
    expect(shout({ at, env: null, cmd: [1, null, 'a'], secrets: { n: 1 } })).toEqual({
      at,
      env: null,
      cmd: [1, null, 'A'],
      secrets: { n: 1 },
    });
  });
});
