import { z } from 'zod';
import { commandConfig, duration, describeKeys, int, list, mapOf, size, text } from '../index';

it('names every key with its type and its default as written', () => {
  const schema = z.strictObject({
    type: z.enum(['docker', 'podman']).default('docker'),
    limits: z
      .object({ timeout: duration.pipe(z.number().min(1)).prefault('30m'), memory: size.optional() })
      .superRefine(() => undefined)
      .prefault({}),
    pool: int.pipe(z.int().min(1)).prefault(25),
    sources: list.prefault([]),
    queues: mapOf(int).prefault({ default: 1 }).transform(Object.keys),
    url: z.union([z.literal(''), text]).prefault(''),
  });

  expect(describeKeys(schema)).toEqual([
    { key: 'type', type: 'docker | podman', default: '"docker"' },
    { key: 'limits.timeout', type: 'duration', default: '"30m"' },
    { key: 'limits.memory', type: 'size' },
    { key: 'pool', type: 'integer', default: '25' },
    { key: 'sources', type: 'list', default: '[]' },
    { key: 'queues.<name>', type: 'integer', default: '{ default = 1 }' },
    { key: 'url', type: 'text' },
  ]);
});

it('merges sections that two libs own', () => {
  const schema = z.intersection(
    z.object({ coordinator: z.object({ name: text.optional() }) }),
    z.object({ coordinator: z.object({ address: text.optional() }) }),
  );

  expect(describeKeys(schema).map(({ key }) => key)).toEqual(['coordinator.name', 'coordinator.address']);
});

it('knows the keys of the command', () => {
  expect(describeKeys(commandConfig)).toEqual([
    { key: 'cli.banner.mode', type: 'text', default: '"console"' },
    { key: 'client.endpoint', type: 'text' },
    { key: 'endpoint', type: 'text', default: '"http://localhost:8000"' },
  ]);
});
