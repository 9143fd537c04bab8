import type { Task } from '@tork/core';
import type { TaskContext } from '../contexts';
import { hostEnvConfig } from './config';
import { hostEnv } from './host-env';

const host = { API_URL: 'http://host', REGION: 'eu', EMPTY: '' };
const variables = hostEnvConfig.parse({ vars: ['API_URL', 'REGION:AWS_REGION', 'EMPTY', 'UNSET', 'UNSET_TOO:B'] }).vars;

const through = async (task: Partial<Task>, event: TaskContext['event'] = 'STATE_CHANGE') => {
  const context = { event, task: { state: 'RUNNING', ...task } } as TaskContext;
  let calls = 0;
  await hostEnv(variables, host)(context, async () => void calls++);
  expect(calls).toBe(1);
  return context.task;
};

const GIVEN = { API_URL: 'http://host', AWS_REGION: 'eu', EMPTY: '' };

it('tasks get the variables of the host, under their aliases and over their own', async () => {
  const { env } = await through({ env: { API_URL: 'own', REGION: 'own', OTHER: 'own' } });

  expect(env).toEqual({ ...GIVEN, REGION: 'own', OTHER: 'own' });
});

it('so do all that run with them', async () => {
  const part = { name: 'a', env: { A: 'b' } };

  const task = await through({ pre: [part], post: [{ name: 'b' }], sidecars: [part] });

  expect(task).toMatchObject({
    pre: [{ env: { A: 'b', ...GIVEN } }],
    post: [{ env: GIVEN }],
    sidecars: [{ env: GIVEN }],
  });
});

it('nobody gets them at other times', async () => {
  expect((await through({ state: 'COMPLETED' })).env).toBeUndefined();
  expect((await through({}, 'PROGRESS')).env).toBeUndefined();
});

it.each(['A:B:C', '', ':B'])('%p is refused', (spec) => {
  const { error } = hostEnvConfig.safeParse({ vars: ['GOOD', spec] });

  expect(error?.issues).toEqual([
    expect.objectContaining({ path: ['vars', 1], message: `invalid env var spec: ${spec}` }),
  ]);
});

it('an alias may be left out', () => {
  expect(hostEnvConfig.parse({ vars: ['A:', ' B : C '] }).vars).toEqual([
    { name: 'A', alias: 'A' },
    { name: 'B', alias: 'C' },
  ]);
  expect(hostEnvConfig.parse({})).toEqual({ vars: [] });
});
