import { bool, duration, list, text } from '@tork/config';
import { z } from 'zod';

/** A numeric user or group, or `-` to leave it as it is. */
const numericId = text
  .refine((value) => value === '-' || /^\d{1,10}$/.test(value), {
    error: 'expected a number, or - to leave it unchanged',
  })
  .transform((value) => (value === '-' ? undefined : Number(value)));

/** The keys `runtime.*`. */
export const runtimeConfig = z.object({
  /** `docker`, `podman` or `shell`. */
  type: text.prefault('docker'),
  docker: z
    .object({
      /** File with registry credentials. Default: `config.json` in `$DOCKER_CONFIG` or `~/.docker`. */
      config: text.optional(),
      /** Runs every container privileged. */
      privileged: bool.prefault(false),
      image: z
        .object({
          /** An image that no task has used for so long is removed. `0` is the default. */
          ttl: duration.prefault('72h'),
          /** Creates a container of each pulled image once, to see whether it is sound. */
          verify: bool.prefault(false),
        })
        .prefault({}),
    })
    .prefault({}),
  podman: z
    .object({
      privileged: bool.prefault(false),
      host: z
        .object({
          /** Permits the network `host`. */
          network: bool.prefault(false),
        })
        .prefault({}),
    })
    .prefault({}),
  shell: z
    .object({
      /** Gets the path of the script as its last argument. */
      cmd: list.prefault(['bash', '-c']),
      uid: numericId.prefault('-'),
      gid: numericId.prefault('-'),
    })
    .prefault({}),
});
export type RuntimeConfig = z.output<typeof runtimeConfig>;

/** The keys `mounts.*`. */
export const mountsConfig = z.object({
  bind: z
    .object({
      /** Whether tasks may mount folders of the worker's machine. */
      allowed: bool.prefault(false),
      /** Folders that may be mounted, with what is below them; empty is any. */
      sources: list.prefault([]),
    })
    .prefault({}),
});
export type MountsConfig = z.output<typeof mountsConfig>;
