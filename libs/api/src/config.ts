import { bool, list, mapOf, size, text } from '@tork/config';
import { z } from 'zod';

/** The keys `coordinator.*` that concern the API; the coordinator role has its own below the same name. */
export const apiConfig = z.object({
  /** `host:port` to listen on. Absent or empty: the first free port of localhost:8000 … 8099. */
  address: text.optional(),
  api: z
    .object({
      /** Groups of routes by name, see {@link ENDPOINT_GROUPS}. A group that is `false` answers 404; absent is `true`. */
      endpoints: mapOf(bool).prefault({}),
    })
    .prefault({}),
});
export type ApiConfig = z.output<typeof apiConfig>;

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
const level = text
  .transform((name) => name.toUpperCase())
  .pipe(z.enum(LEVELS, { error: `expected one of ${LEVELS.join(', ')}` }));

/** The keys `middleware.web.*` of the API. */
export const webConfig = z.object({
  /** Longest request body in bytes; a longer one is answered 413. */
  bodylimit: size.prefault('500K'),
  /** One line in the log for each request. */
  logger: z
    .object({
      enabled: bool.prefault(true),
      /** Level of requests that succeed; the others are logged as errors. */
      level: level.prefault('DEBUG'),
      /** Requests not to log, as `METHOD /path` with `*` for any run of characters. */
      skip: list.prefault(['GET /health']),
    })
    .prefault({}),
});
export type WebConfig = z.output<typeof webConfig>;
export type RequestLogLevel = WebConfig['logger']['level'];

/** What `coordinator.api.endpoints.<name>` can switch off. */
export const ENDPOINT_GROUPS = ['health', 'jobs', 'tasks', 'nodes', 'queues', 'metrics', 'users'] as const;
export type EndpointGroup = (typeof ENDPOINT_GROUPS)[number];
