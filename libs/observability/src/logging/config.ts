import { z } from 'zod';

const LEVELS = ['debug', 'info', 'warn', 'warning', 'error'] as const;

/** The keys `logging.*`. */
export const loggingConfig = z.strictObject({
  /** The least that is written. */
  level: z
    .enum(LEVELS, { error: ({ input }) => `invalid logging level: ${String(input)}` })
    .default('debug')
    .transform((level) => (level === 'warning' ? 'warn' : level)),
  /** Lines for people or for machines. Default: `pretty` when standard error is a terminal, else `json`. */
  format: z.enum(['pretty', 'json'], { error: ({ input }) => `invalid logging format: ${String(input)}` }).optional(),
});

export type LoggingConfig = z.output<typeof loggingConfig>;
