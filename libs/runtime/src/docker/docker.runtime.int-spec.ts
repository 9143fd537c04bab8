import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tork/testing';
import type { RunnableTask } from '@tork/core';
import type { Mount } from '@tork/core';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import type { Mounter } from '../mounter';
import { describeRuntime, dockerTraces, ensureImage, makeImage, Recorder, TEST_IMAGE } from '../testing';
import { connectToDaemon, disconnect, type Docker } from './daemon';
import { LEASE_LABEL, OWNER_LABEL, PROCESS_LABEL, TASK_LABEL } from './ownership';
import { removeContainer } from './removal';
import { DockerRuntime, type DockerRuntimeOptions } from '.';

jest.setTimeout(30_000);

describe.each([
  ['that shares a disk with its daemon', { localVolumes: true }],
  ['that reaches its daemon by the API alone', { localVolumes: false }],
])('a worker %s', (_, options) => {
  describeRuntime('the Docker runtime', async () => {
    await ensureImage();
    return {
      create: (more) => new DockerRuntime({ ...options, ...more }),
      task: { image: TEST_IMAGE },
      traces: dockerTraces,
      inProcess: { adapter: 'docker', options },
      exitText: (code) => `exit code ${code}: `,
    };
  });
});

describe('the Docker runtime', () => {
  let docker: Docker;
  let runtime: DockerRuntime;
  const others: DockerRuntime[] = [];

  beforeAll(async () => {
    await ensureImage();
    docker = await connectToDaemon();
    runtime = new DockerRuntime();
    await runtime.start();
  });

  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await eventually(async () => expect(await dockerTraces()).toEqual([]));
  });

  afterAll(async () => {
    await runtime?.close();
    disconnect(docker);
  });

  async function start(options: DockerRuntimeOptions): Promise<DockerRuntime> {
    const other = new DockerRuntime(options);
    others.push(other);
    await other.start();
    return other;
  }

  const task = (more: Partial<RunnableTask>): RunnableTask => ({
    id: 'a'.repeat(32),
    jobId: 'b'.repeat(32),
    attempt: 1,
    position: 1,
    scheduledAt: new Date(0).toISOString(),
    name: 'main',
    image: TEST_IMAGE,
    ...more,
  });

  async function run(more: Partial<RunnableTask>, on = runtime) {
    const io = new Recorder();
    const { result } = await on.run(task(more), io, new AbortController().signal);
    return { result, io };
  }

  /** Starts a task that says `ready` when it runs. */
  async function startTask(more: Partial<RunnableTask>, on = runtime) {
    const io = new Recorder();
    const control = new AbortController();
    const ended = on.run(task(more), io, control.signal);
    ended.catch(() => undefined);
    await Promise.race([io.said('ready'), ended]);
    return { io, ended, cancel: () => control.abort(new Error('enough')) };
  }

  describe('the command', () => {
    it.each<[string, Partial<RunnableTask>, string]>([
      [
        'a script',
        { run: 'printf "$0 $TORK_OUTPUT $TORK_PROGRESS" > "$TORK_OUTPUT"' },
        '/tork/entrypoint /tork/stdout /tork/progress',
      ],
      [
        'a script with another interpreter line',
        { run: '#!/bin/awk -f\nBEGIN { printf "awk" > "/tork/stdout" }' },
        'awk',
      ],
      ['a command', { cmd: ['sh', '-c', 'printf cmd > $TORK_OUTPUT'] }, 'cmd'],
      [
        'an entrypoint with a command',
        { entrypoint: ['sh', '-c'], cmd: ['printf "$0-$1" > $TORK_OUTPUT', 'zero', 'one'] },
        'zero-one',
      ],
      ['an entrypoint with a script', { entrypoint: ['sh', '-e'], run: 'printf through > $TORK_OUTPUT' }, 'through'],
    ])('may be %s', async (_, more, result) => {
      expect((await run(more)).result).toBe(result);
    });

    it('is that of the image when the task gives none', async () => {
      const container = await docker.createContainer({ Image: TEST_IMAGE, Cmd: ['true'] });
      await container.commit({
        repo: 'tork-test-command',
        tag: '1',
        changes: 'CMD ["sh", "-c", "echo from the image"]',
      });
      await container.remove();

      const { io } = await run({ image: 'tork-test-command:1' });

      await docker.getImage('tork-test-command:1').remove();
      expect(io.text).toBe('from the image\n');
    });

    it('fails the task when it does not exist', async () => {
      const failed = run({ cmd: ['no-such-command'] });

      await expect(failed).rejects.toThrow(TaskFailedError);
      await expect(failed).rejects.toThrow(
        /^error starting container [0-9a-f]{64}: Error response from daemon: .*no-such-command/,
      );
    });
  });

  describe('the working directory', () => {
    it.each<[string, Partial<RunnableTask>, string]>([
      ['that of the image', {}, '/\n'],
      ['one of its own for files', { files: { 'd/f': 'text\n' } }, '/tork/workdir\n-r--r--r-- text\n'],
      ['the one that the task names', { workdir: '/some/where' }, '/some/where\n'],
      ['with the files', { workdir: '/some/where', files: { 'd/f': 'text\n' } }, '/some/where\n-r--r--r-- text\n'],
    ])('is %s', async (_, more, listing) => {
      const script = '{ pwd; test -f d/f && echo "$(ls -l d/f | cut -c1-10) $(cat d/f)"; true; } > $TORK_OUTPUT';

      expect((await run({ run: script, ...more })).result).toBe(listing);
    });
  });

  it('has its scripts, output and progress as files of the documented modes', async () => {
    const { result } = await run({ run: 'ls -l /tork | tail -n +2 | cut -c1-10 > $TORK_OUTPUT' });

    expect(result).toBe('-r-xr-xr-x\n--w--w--w-\n--w--w--w-\n');
  });

  it('runs in an image whose user is not root', async () => {
    const container = await docker.createContainer({ Image: TEST_IMAGE, Cmd: ['true'] });
    await container.commit({ repo: 'tork-test-user', tag: '1', changes: 'USER 65534' });
    await container.remove();

    const { result } = await run({
      image: 'tork-test-user:1',
      run: 'id -u > $TORK_OUTPUT; cat f >> $TORK_OUTPUT',
      files: { f: 'x' },
    });

    await docker.getImage('tork-test-user:1').remove();
    expect(result).toBe('65534\nx');
  });

  describe('a failure', () => {
    it('has the exit code and what was printed', async () => {
      await expect(run({ run: 'echo one; sleep 0.1; echo two >&2; exit 7' })).rejects.toThrow(
        new TaskFailedError('exit code 7: one\ntwo\n'),
      );
    });

    it('has the last ten lines only', async () => {
      const lines = Array.from({ length: 10 }, (_, i) => `line ${i + 20}\n`).join('');

      await expect(run({ run: 'for i in $(seq 0 29); do echo line $i; done; exit 1' })).rejects.toThrow(
        new TaskFailedError(`exit code 1: ${lines}`),
      );
    });

    it('is that of the kernel when there is too little memory', async () => {
      await expect(run({ run: 'tail /dev/zero', limits: { memory: '16m' } })).rejects.toThrow(/^exit code 137: /);
    });

    it.each<[Partial<RunnableTask>, string | RegExp]>([
      [{ limits: { cpus: '1/3' } }, 'invalid CPUs value: value is too precise'],
      [{ limits: { memory: '-1' } }, 'invalid memory value: '],
      [{ gpus: 'some' }, 'error setting GPUs: '],
      [{ image: 'UPPER CASE!' }, 'error pulling image: UPPER CASE!: invalid reference format'],
      [{ image: undefined }, 'error pulling image: : invalid reference format'],
      [
        { networks: ['no-such-network-anywhere'] },
        /^error starting container \w+: Error response from daemon: network no-such-network-anywhere not found/,
      ],
      [
        { networks: ['bridge', 'no-such-network'] },
        /^error starting container \w+: Error response from daemon: network no-such-network not found/,
      ],
      [{ networks: ['host'] }, 'host networking is not enabled'],
      [{ mounts: [{ type: 'bind', source: '/tmp', target: '/t' }] }, 'bind mounts are not allowed'],
      [{ mounts: [{ type: 'tmpfs', source: 's', target: '/t' }] }, 'tmpfs source should be empty'],
      [{ mounts: [{ type: 'tmpfs' }] }, 'tmpfs target is required'],
      [{ mounts: [{ type: 'volume' }] }, 'volume target is required'],
      [{ mounts: [{ type: 'nfs', target: '/t' }] }, 'unknown mount type: nfs'],
      [{ id: '' }, 'task id is required'],
    ])('is the task’s when it asks for what cannot be: %j', async (more, text) => {
      const failed = run({ run: 'true', ...more });

      await expect(failed).rejects.toThrow(TaskFailedError);
      await expect(failed).rejects.toThrow(text);
    });
  });

  describe('mounts', () => {
    const volume = (target: string): Mount => ({ type: 'volume', target });

    it('are fresh for each task and each mount, and the same for all parts of a task', async () => {
      const more = {
        mounts: [volume('/v'), volume('/w')],
        pre: [{ name: 'p', image: TEST_IMAGE, run: 'touch /v/only-here' }],
        run: 'ls /v /w > "$TORK_OUTPUT"',
      };

      expect((await run(more)).result).toBe('/v:\nonly-here\n\n/w:\n');
      expect((await run({ ...more, pre: [] })).result).toBe('/v:\n\n/w:\n');
    });

    it('may be in memory', async () => {
      const { result } = await run({
        mounts: [{ type: 'tmpfs', target: '/t' }],
        run: 'grep " /t " /proc/mounts | cut -d" " -f1,3 > "$TORK_OUTPUT"',
      });

      expect(result).toBe('tmpfs tmpfs\n');
    });

    it('are made and undone by the mounter of their type, in reverse order, also after a failure', async () => {
      const calls: string[] = [];
      const mounter: Mounter = {
        mount: async ({ target }) => {
          calls.push(`mount ${target}`);
          return { type: 'tmpfs', target };
        },
        unmount: async ({ target }) => void calls.push(`unmount ${target}`),
      };
      const other = await start({ mounters: { ram: mounter, bind: mounter } });
      const mounts = [
        { type: 'ram', target: '/a' },
        { type: 'bind', source: '/x', target: '/b' },
      ];

      await expect(run({ mounts, run: 'touch /a/x /b/x; exit 9' }, other)).rejects.toThrow('exit code 9');

      expect(calls).toEqual(['mount /a', 'mount /b', 'unmount /b', 'unmount /a']);
    });

    it('are not waited for when the task is cancelled', async () => {
      const mounter: Mounter = {
        mount: (_, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        unmount: async () => undefined,
      };
      const other = await start({ mounters: { slow: mounter } });
      const mounts = [{ type: 'slow', target: '/a' }];

      const cancelled = other.run(task({ mounts, run: 'true' }), new Recorder(), AbortSignal.timeout(100));

      await expect(cancelled).rejects.toThrow('aborted due to timeout');
    });

    it('fail the task when their mounter fails', async () => {
      const mounter: Mounter = {
        mount: () => Promise.reject(new Error('no such share')),
        unmount: async () => undefined,
      };
      const other = await start({ mounters: { nfs: mounter } });

      const failed = run({ mounts: [{ type: 'nfs', target: '/a' }], run: 'true' }, other);

      await expect(failed).rejects.toThrow(TaskFailedError);
      await expect(failed).rejects.toThrow('error mounting nfs: no such share');
    });

    it('are undone as far as they were made', async () => {
      const mounts = [volume('/v'), { type: 'nfs', target: '/t' }];

      await expect(run({ mounts, run: 'true' })).rejects.toThrow('unknown mount type');

      expect(await dockerTraces()).toEqual([]);
    });
  });

  it('finds another task of a network by the slug of its name', async () => {
    const network = await docker.createNetwork({ Name: `tork-test-${process.pid}` });
    const networks = [`tork-test-${process.pid}`];
    const server = await startTask({
      name: 'The Server ä!',
      networks,
      run: 'echo net > /tmp/index.html; httpd -p 8080 -h /tmp; echo ready; sleep 60',
    });

    const { result } = await run({ networks, run: 'wget -q -O "$TORK_OUTPUT" http://the-server-a:8080/' });

    server.cancel();
    await expect(server.ended).rejects.toThrow('enough');
    await network.remove();
    expect(result).toBe('net\n');
  });

  it('can be in several networks', async () => {
    const names = [`tork-test-a-${process.pid}`, `tork-test-b-${process.pid}`];
    const networks = await Promise.all(names.map((Name) => docker.createNetwork({ Name })));

    const { result } = await run({ networks: names, run: 'ls -d /sys/class/net/eth* | wc -l > "$TORK_OUTPUT"' });

    for (const network of networks) await network.remove();
    expect(result).toBe('2\n');
  });

  it('pulls an image again that somebody removed', async () => {
    const image = `tork-test-removed:${process.pid}`;
    await makeImage(docker, image);
    await run({ image, run: 'true' });
    await docker.getImage(image).remove();

    await expect(run({ image, run: 'true' })).rejects.toThrow(/^error pulling image: /);
  });

  /** The container of the task; not asked for as a running one, because it prints before the daemon says so. */
  async function containerOfTask() {
    const filters = { label: [`${TASK_LABEL}=${'a'.repeat(32)}`] };
    const [found, ...others] = await docker.listContainers({ all: true, filters });
    expect(others).toEqual([]);
    return found!;
  }

  it('labels what it makes, and shows no secret in its name', async () => {
    const { ended, cancel } = await startTask({ run: 'echo ready; sleep 60', env: { TOKEN: 'hunter2' } });

    const { Names } = await containerOfTask();

    cancel();
    await expect(ended).rejects.toThrow('enough');
    expect(Names[0]).toMatch(/^\/tork-task-[0-9a-f]{16}-[0-9a-f]{12}$/);
  });

  describe('when somebody removes its container', () => {
    it('is to blame itself', async () => {
      const { ended } = await startTask({ run: 'echo ready; sleep 60' });
      const { Id } = await containerOfTask();

      await docker.getContainer(Id).remove({ force: true, v: true });

      await expect(ended).rejects.toThrow(RuntimeUnavailableError);
    });
  });

  describe('sidecars', () => {
    const server = (run: string, probe?: object) =>
      ({ name: 'Side Car', image: TEST_IMAGE, run, ...(probe && { probe }) }) as NonNullable<
        RunnableTask['sidecars']
      >[number];
    const serve = 'mkdir -p /w; echo side > /w/index.html; httpd -f -v -p 8080 -h /w';

    it('are ready before the task starts, are found by name, and share its mounts', async () => {
      const { result, io } = await run({
        sidecars: [server(`echo hello; touch /v/there; ${serve}`, { path: '/', port: 8080 })],
        mounts: [{ type: 'volume', target: '/v' }],
        run: '{ ls /v; wget -q -O - http://side-car:8080/; } > "$TORK_OUTPUT"',
      });

      expect(result).toBe('there\nside\n');
      expect(io.text).toContain('hello\n');
    });

    it('do not matter when they end, and are not heard without a probe', async () => {
      const { result, io } = await run({
        sidecars: [server('echo unheard; exit 3')],
        run: 'sleep 1; printf fine > "$TORK_OUTPUT"',
      });

      expect(result).toBe('fine');
      expect(io.text).toBe('');
    });

    it('fail the task when they do not get ready in time', async () => {
      const failed = run({ sidecars: [server(serve, { path: '/nope', port: 8080, timeout: '2s' })], run: 'true' });

      await expect(failed).rejects.toThrow(
        /^error starting sidecar container: error waiting for container [0-9a-f]{64} to be ready: probe timed out after 2s$/,
      );
    });

    it('are gone when the task is cancelled while they get ready', async () => {
      const { ended, cancel } = await startTask({
        sidecars: [server('echo ready; sleep 60', { path: '/', port: 8080 })],
        run: 'true',
      });

      cancel();

      await expect(ended).rejects.toThrow('enough');
      expect(await dockerTraces()).toEqual([]);
    });

    it('say who could not be made', async () => {
      const missing = { ...server('true'), image: 'UPPER' };

      await expect(run({ sidecars: [missing], run: 'true' })).rejects.toThrow(
        /^error creating sidecar container: error pulling image: UPPER/,
      );
    });
  });

  describe('a start', () => {
    /** What a runtime made that runs, or ran, where its process cannot be seen from here. */
    async function leftBehind(owner: string) {
      const labels = { [OWNER_LABEL]: owner, [PROCESS_LABEL]: 'elsewhere' };
      const container = await docker.createContainer({ Image: TEST_IMAGE, Cmd: ['sleep', '60'], Labels: labels });
      await container.start();
      await docker.createVolume({ Name: `tork-test-${owner}`, Labels: labels });
      return async (): Promise<number> => {
        const filters = { label: [`${OWNER_LABEL}=${owner}`] };
        const [containers, volumes] = await Promise.all([
          docker.listContainers({ all: true, filters }),
          docker.listVolumes({ filters }),
        ]);
        return containers.length + volumes.Volumes.length;
      };
    }

    it('removes what has an owner that does not show that it lives', async () => {
      const remaining = await leftBehind('0000000000000001');

      await start({});

      expect(await remaining()).toBe(0);
    });

    it('leaves alone what has an owner that shows that it lives', async () => {
      const remaining = await leftBehind('0000000000000002');
      const labels = { [OWNER_LABEL]: '0000000000000002', [PROCESS_LABEL]: 'elsewhere', [LEASE_LABEL]: 'x' };
      await docker.createVolume({ Name: 'tork-test-lease', Labels: labels });

      await start({});

      expect(await remaining()).toBe(3);
      await docker.getVolume('tork-test-lease').remove();
      await start({});
      expect(await remaining()).toBe(0);
    });
  });

  it('is to blame itself when it loses its daemon, and is healthy again with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tork-daemon-'));
    const socketPath = join(folder, 'docker.sock');
    const connections = new Set<Socket>();
    const proxy = createServer((client) => {
      const upstream = connect('/var/run/docker.sock');
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      connections.add(client).add(upstream);
      client.pipe(upstream).pipe(client);
    }).listen(socketPath);
    await once(proxy, 'listening');
    const other = await start({ socketPath });
    const { ended } = await startTask({ run: 'echo ready; sleep 60' }, other);

    proxy.close();
    for (const socket of connections) socket.destroy();

    await expect(ended).rejects.toThrow(RuntimeUnavailableError);
    await expect(other.health()).rejects.toThrow('the docker daemon does not answer: ');
    proxy.listen(socketPath);
    await eventually(() => other.health());
    await removeContainer(docker, (await containerOfTask()).Id);
    await other.close();
    proxy.close();
    rmSync(folder, { recursive: true });
  });

  it('does not start without a daemon', async () => {
    const starting = start({ socketPath: '/no/such/socket' });

    await expect(starting).rejects.toThrow('cannot reach the Docker daemon: ');
  });
});
