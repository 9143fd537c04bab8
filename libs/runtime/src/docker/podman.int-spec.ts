import { readlinkSync } from 'node:fs';
import type { RunnableTask } from '@tork/core';
import { TaskFailedError } from '../errors';
import {
  describeRuntime,
  dockerTraces,
  ensureImage,
  Recorder,
  startPodman,
  TEST_IMAGE,
  type TestPodman,
} from '../testing';
import { DockerRuntime, type DockerRuntimeOptions } from '.';

jest.setTimeout(30_000);

let podman: TestPodman;
beforeAll(async () => {
  podman = await startPodman();
  await ensureImage(TEST_IMAGE, podman.socketPath);
});
afterAll(() => podman?.[Symbol.asyncDispose]());

const options = (): DockerRuntimeOptions => ({ name: 'podman', socketPath: podman.socketPath });

describeRuntime('the Podman runtime', async () => ({
  create: (more) => new DockerRuntime({ ...options(), ...more }),
  task: { image: TEST_IMAGE },
  traces: () => dockerTraces(podman.socketPath),
  inProcess: { adapter: 'docker', options: options() },
  exitText: (code) => `exit code ${code}: `,
}));

describe('the Podman runtime', () => {
  let runtime: DockerRuntime;

  beforeAll(async () => {
    runtime = new DockerRuntime(options());
    await runtime.start();
  });

  afterAll(() => runtime?.close());

  const run = (more: Partial<RunnableTask>, on = runtime) => {
    const task = {
      id: 'a',
      jobId: 'b',
      attempt: 1,
      position: 1,
      scheduledAt: '',
      name: 'main',
      image: TEST_IMAGE,
      ...more,
    };
    return on.run(task, new Recorder(), new AbortController().signal);
  };

  it.each<[Partial<RunnableTask>, string]>([
    [{ image: undefined }, 'task image is required'],
    [{ name: undefined }, 'task name is required'],
    [{ pre: [{ name: 'p' }] }, 'task image is required'],
    [{ post: [{ image: TEST_IMAGE }] }, 'task name is required'],
    [{ networks: ['host'] }, 'host networking is not enabled'],
    [{ networks: ['ns:/proc/1/ns/net'] }, 'host networking is not enabled'],
    [{ networks: ['container:x'] }, 'host networking is not enabled'],
  ])('refuses %j', async (more, text) => {
    await expect(run({ run: 'true', ...more })).rejects.toThrow(new TaskFailedError(text));
  });

  it('shares the network of the host where that is allowed', async () => {
    const allowing = new DockerRuntime({ ...options(), hostNetwork: true });
    await allowing.start();

    const { result } = await run({ networks: ['host'], run: 'readlink /proc/self/ns/net > $TORK_OUTPUT' }, allowing);

    await allowing.close();
    expect(result).toBe(`${readlinkSync('/proc/self/ns/net')}\n`);
  });

  it('shares a volume between the parts of a task', async () => {
    const { result } = await run({
      mounts: [{ type: 'volume', target: '/v' }],
      pre: [{ name: 'p', image: TEST_IMAGE, run: 'echo shared > /v/f' }],
      run: 'cat /v/f > $TORK_OUTPUT',
    });

    expect(result).toBe('shared\n');
  });

  it('says how a task failed', async () => {
    await expect(run({ run: 'echo why; exit 7' })).rejects.toThrow(new TaskFailedError('exit code 7: why\n'));
  });
});
