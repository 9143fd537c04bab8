import { bool, duration, list, text } from '@tork/config';
import { z } from 'zod';

const DEFAULT_IMAGE_TTL_MS = 72 * 3_600_000;

/** A user or group by number; `-` is the worker's own. */
const numericId = text
  .refine((value) => value === '-' || (/^\d+$/.test(value) && Number(value) < 2 ** 32), {
    error: 'expected the number of a user or group, or - for that of the worker',
  })
  .transform((value) => (value === '-' ? undefined : Number(value)))
  .meta({ value: 'text' });

/** The keys `runtime.*`. */
export const runtimeConfig = z.strictObject({
  /** `docker`, `podman` or `shell`. */
  type: text.prefault('docker'),
  docker: z
    .strictObject({
      /** File with credentials of registries. Default: `config.json` in `$DOCKER_CONFIG` or `~/.docker`. */
      config: text.optional(),
      /** Whether containers get all privileges of the host. */
      privileged: bool.prefault(false),
      image: z
        .strictObject({
          /** How long an image is kept after its last use; 0 is the default. */
          ttl: duration.transform((ms) => ms || DEFAULT_IMAGE_TTL_MS).prefault('72h'),
          /** Whether a pulled image is tried before it is used. */
          verify: bool.prefault(false),
        })
        .prefault({}),
    })
    .prefault({}),
  shell: z
    .strictObject({
      /** The command that gets the path of a task's script as its last argument. */
      cmd: list.pipe(z.array(z.string()).min(1, 'expected a command, e.g. ["bash","-c"]')).prefault(['bash', '-c']),
      /** The user that tasks run as. */
      uid: numericId.prefault('-'),
      /** The group that tasks run as. */
      gid: numericId.prefault('-'),
    })
    .prefault({}),
  podman: z
    .strictObject({
      privileged: bool.prefault(false),
      host: z
        .strictObject({
          /** Whether tasks may use the network of the host. */
          network: bool.prefault(false),
        })
        .prefault({}),
    })
    .prefault({}),
});
export type RuntimeConfig = z.output<typeof runtimeConfig>;

/** The keys `mounts.*`. */
export const mountsConfig = z.strictObject({
  bind: z
    .strictObject({
      /** Whether tasks may mount directories of the host. */
      allowed: bool.prefault(false),
      /** Those that they may mount, with all below them. Empty: any. */
      sources: list.prefault([]),
    })
    .prefault({}),
  temp: z
    .strictObject({
      /** Part of files written for the original; nothing reads it. */
      dir: text.optional(),
    })
    .prefault({}),
});
export type MountsConfig = z.output<typeof mountsConfig>;
