import { mountsConfig, runtimeConfig } from './config';

const faultOf = (input: unknown) => runtimeConfig.safeParse(input).error?.issues[0]?.message;

it('has the documented defaults', () => {
  expect(runtimeConfig.parse({})).toEqual({
    type: 'docker',
    docker: { privileged: false, image: { ttl: 259_200_000, verify: false } },
    shell: { cmd: ['bash', '-c'] },
    podman: { privileged: false, host: { network: false } },
  });
  expect(mountsConfig.parse({})).toEqual({ bind: { allowed: false, sources: [] }, temp: {} });
});

it('reads what variables and files hold', () => {
  const config = runtimeConfig.parse({
    docker: { image: { ttl: '24h', verify: 'true' } },
    shell: { cmd: 'sh,-e', uid: 1000, gid: '100' },
  });

  expect(config).toMatchObject({
    docker: { image: { ttl: 86_400_000, verify: true } },
    shell: { cmd: ['sh', '-e'], uid: 1000, gid: 100 },
  });
  expect(mountsConfig.parse({ bind: { allowed: '1', sources: [] } }).bind).toEqual({ allowed: true, sources: [] });
});

it('takes an image lifetime of zero for the default', () => {
  expect(runtimeConfig.parse({ docker: { image: { ttl: '0' } } }).docker.image.ttl).toBe(259_200_000);
});

it.each(['root', '-1', '1.5', String(2 ** 32)])('refuses the user %p', (uid) => {
  expect(faultOf({ shell: { uid } })).toBe('expected the number of a user or group, or - for that of the worker');
});

it('refuses an empty command', () => {
  expect(faultOf({ shell: { cmd: [] } })).toBe('expected a command, e.g. ["bash","-c"]');
});
