import { bool, int, list, mapOf, size, text } from '@tork/config';
import { z } from 'zod';
import { isForEverybody } from './http/origins';
import { parseNetwork } from './http/proxies';

/** The keys `coordinator.*` that concern the API; the coordinator role has its own below the same name. */
export const apiConfig = z.strictObject({
  /** `host:port` to listen on. Absent or empty: the first free port of localhost:8000 … 8099. */
  address: text.optional(),
  api: z
    .strictObject({
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

const enabled = bool.prefault(false);

const cors = z
  .strictObject({
    enabled,
    /** Whose pages may call the API: origins, also with `*` and `?` in them. */
    origins: list.prefault('*'),
    methods: list.prefault('*'),
    headers: list.prefault('*'),
    /** Headers of answers that pages may read. Default: those of `headers`. */
    expose: list.optional(),
    /** Whether browsers may send credentials along; then `origins` must name somebody. */
    credentials: bool.prefault(false),
  })
  .superRefine(({ credentials, origins }, context) => {
    const open = credentials && origins.find(isForEverybody);
    if (!open) return;
    const message = `expected origins by name, because middleware.web.cors.credentials is on; "${open}" is everybody's`;
    context.addIssue({ code: 'custom', path: ['origins'], message });
  });

/** The keys `middleware.web.*` of the API. */
export const webConfig = z.strictObject({
  cors: cors.prefault({}),
  /** Users of the datastore log in with name and password. */
  basicauth: z.strictObject({ enabled }).prefault({}),
  /** One key for all. */
  keyauth: z
    .strictObject({
      enabled,
      /** Absent or empty: a random one, which the log shows at debug level. */
      key: text.optional(),
    })
    .prefault({}),
  /** Tokens that `tork token create` makes. */
  tokenauth: z.strictObject({ enabled }).prefault({}),
  ratelimit: z
    .strictObject({
      enabled,
      /** Requests a second of each client, and how many it may make at once. */
      rps: int.pipe(z.number().min(1, 'expected 1 or more')).prefault(20),
    })
    .prefault({}),
  trusted: z
    .strictObject({
      /** Addresses or networks of proxies whose `X-Forwarded-For` says who the client is. */
      proxies: list

        .refine(
          (entries) => entries.every(parseNetwork),
          'expected addresses or networks such as 10.0.0.1 or 10.0.0.0/8',
        )
        .prefault([]),
    })
    .prefault({}),
  /** A line for each request that is to change something. */
  audit: z
    .strictObject({
      enabled,
      /** File that the lines are added to. Absent or empty: the log of the process. */
      file: text.optional(),
    })
    .prefault({}),
  /** Longest request body in bytes; a longer one is answered 413. */
  bodylimit: size.prefault('500K'),
  /** One line in the log for each request. */
  logger: z
    .strictObject({
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
