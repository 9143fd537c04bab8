import { bool, list } from '@tork/config';
import { z } from 'zod';

/** The keys `middleware.job.redact.*`. */
export const redactConfig = z.strictObject({
  /** Secrets are hidden in all that is shown, and in output before it leaves the worker. */
  enabled: bool.prefault(true),
  /**
   * Names of keys whose values are secrets, with `*` for any run of characters, case-sensitive. Empty: names that
   * contain SECRET, PASSWORD or ACCESS_KEY in any case.
   */
  patterns: list.prefault([]),
});
export type RedactConfig = z.output<typeof redactConfig>;
