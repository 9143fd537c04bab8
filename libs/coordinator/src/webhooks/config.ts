import { duration, int, list, size, text } from '@tork/config';
import { z } from 'zod';
import { TargetRules, isTargetRule } from './target-rules';

const rules = list.refine((entries) => entries.every(isTargetRule), {
  error: `expected ${TargetRules.EXPECTED}`,
});

/** The keys `coordinator.webhooks.*`. */
export const webhooksConfig = z.strictObject({
  /** If there are any, only these are called: addresses, ranges (`10.0.0.0/8`), names of hosts with `*`. */
  allow: rules.prefault([]),
  /** These are never called. Addresses of cloud metadata are not either, unless `allow` names them. */
  deny: rules.prefault([]),
  /** How long an attempt may take, redirects included. */
  timeout: duration
    .pipe(z.number().min(100, 'expected a duration of at least 100ms').max(60_000, 'expected at most 1m'))
    .prefault('5s'),
  body: z
    .strictObject({
      /** A call with a longer body is not made. */
      limit: size.prefault('1M'),
    })
    .prefault({}),
  concurrency: z
    .strictObject({
      /** Most calls at a time, of this process. */
      total: int.pipe(z.int().min(1).max(10_000)).prefault(64),
      /** Most of them to one host, so that a slow one holds up no other. */
      host: int.pipe(z.int().min(1).max(10_000)).prefault(8),
    })
    .prefault({}),
  /** Key of the signature in `X-Tork-Signature`. Empty: calls are not signed. */
  secret: text.prefault(''),
});
export type WebhooksConfig = z.output<typeof webhooksConfig>;
