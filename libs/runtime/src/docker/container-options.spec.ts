import type { Mount } from '@tork/core';
import { containerOptions, type Part, type Surroundings } from './container-options';

const surroundings: Surroundings = {
  mounts: [],
  networks: [],
  limits: undefined,
  privileged: false,
  labels: { 'tork.task': 'id' },
  probeHost: '127.0.0.1',
};

const options = (part: Part, more: Partial<Surroundings> = {}) =>
  containerOptions(part, 'busybox:stable', { ...surroundings, ...more });

describe('the command', () => {
  it.each<[Part, object]>([
    [{ run: 'ls' }, { Entrypoint: ['sh', '-c'], Cmd: ['/tork/entrypoint'] }],
    [
      { run: 'ls', entrypoint: ['python3'] },
      { Entrypoint: ['python3'], Cmd: ['/tork/entrypoint'] },
    ],
    [{ cmd: ['ls', '-l'] }, { Entrypoint: undefined, Cmd: ['ls', '-l'] }],
    [
      { cmd: ['ls'], entrypoint: ['env'] },
      { Entrypoint: ['env'], Cmd: ['ls'] },
    ],
    [
      { cmd: ['ls'], run: 'pwd' },
      { Entrypoint: ['sh', '-c'], Cmd: ['ls'] },
    ],
    [{ entrypoint: ['env'] }, { Entrypoint: ['env'], Cmd: undefined }],
    [
      { run: '', cmd: [] },
      { Entrypoint: undefined, Cmd: undefined },
    ],
  ])('of %j', (part, { Entrypoint, Cmd }: { Entrypoint?: string[]; Cmd?: string[] }) => {
    const created = options(part);

    expect(created.Entrypoint).toEqual(Entrypoint);
    expect(created.Cmd).toEqual(Cmd);
  });
});

it('passes the environment on, with the paths of the output and the progress', () => {
  expect(options({ env: { A: 'x=y', TORK_OUTPUT: 'mine' } }).Env).toEqual([
    'A=x=y',
    'TORK_OUTPUT=/tork/stdout',
    'TORK_PROGRESS=/tork/progress',
  ]);
});

it.each<[Part, string | undefined]>([
  [{}, undefined],
  [{ files: {} }, undefined],
  [{ files: { a: '' } }, '/tork/workdir'],
  [{ workdir: '/app', files: { a: '' } }, '/app'],
])('works in the right directory: %j', (part, workdir) => {
  expect(options(part).WorkingDir).toBe(workdir);
});

it('sets what the task may use', () => {
  const { HostConfig } = options({ gpus: 'all' }, { limits: { cpus: '1/2', memory: '16m' }, privileged: true });

  expect(HostConfig).toMatchObject({
    NanoCpus: 500_000_000,
    Memory: 16 * 1024 ** 2,
    DeviceRequests: [{ Count: -1 }],
    Privileged: true,
  });
});

it('limits nothing unless it is asked to', () => {
  const { HostConfig } = options({}, { limits: { cpus: '', memory: '' } });

  expect(HostConfig).not.toHaveProperty('NanoCpus');
  expect(HostConfig).not.toHaveProperty('Memory');
});

it('labels the container and the volume of /tork', () => {
  const created = options({});

  expect(created.Labels).toEqual({ 'tork.task': 'id' });
  expect(created.HostConfig?.Mounts?.[0]).toMatchObject({
    Type: 'volume',
    Target: '/tork',
    VolumeOptions: { Labels: { 'tork.task': 'id' } },
  });
});

it('mounts what mounters made of the mounts', () => {
  const mounts = [
    { type: 'volume', source: 'name', target: '/v' },
    { type: 'bind', source: '/host', target: '/b' },
    { type: 'tmpfs', target: '/t' },
  ];

  expect(options({}, { mounts }).HostConfig?.Mounts?.slice(1)).toEqual([
    { Type: 'volume', Source: 'name', Target: '/v' },
    { Type: 'bind', Source: '/host', Target: '/b' },
    { Type: 'tmpfs', Source: '', Target: '/t' },
  ]);
});

it.each<[Mount, string]>([
  [{ type: 'volume', source: 'x' }, 'volume target is required'],
  [{ type: 'bind', source: '/x' }, 'bind target is required'],
  [{ type: 'bind', target: '/x' }, 'bind source is required'],
  [{ type: 'nfs', target: '/x' }, 'unknown mount type: nfs'],
  [{ target: '/x' }, 'unknown mount type: '],
])('refuses the mount %j', (mount, message) => {
  expect(() => options({}, { mounts: [mount] })).toThrow(message);
});

it('joins the first network under the slug of its name', () => {
  const created = options({ name: 'The Server' }, { networks: ['one', 'two'] });

  expect(created.NetworkingConfig?.EndpointsConfig).toEqual({ one: { Aliases: ['the-server'] } });
  expect(created.HostConfig?.NetworkMode).toBe('one');
  expect(options({})).not.toHaveProperty('NetworkingConfig');
});

it.each([
  [{ name: 'server' }, 'bridge'],
  [{ name: '数据' }, 'net'],
  [{}, 'net'],
])('has no name in a network when it cannot: %j in %s', (part, network) => {
  const created = options(part, { networks: [network] });

  expect(created.HostConfig?.NetworkMode).toBe(network);
  expect(created).not.toHaveProperty('NetworkingConfig');
});

it('publishes the port of a probe and nothing else', () => {
  const probed = options({ probe: { path: '/', port: 8080 } });

  expect(probed.ExposedPorts).toEqual({ '8080/tcp': {} });
  expect(probed.HostConfig?.PortBindings).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] });
  expect(options({}).HostConfig).not.toHaveProperty('PortBindings');
});
