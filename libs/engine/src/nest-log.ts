import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@tork/observability';

/** Where the lines come from that Nest writes at every start: a few dozen, which nobody needs who did not write Nest. */
const START_UP = new Set(['NestFactory', 'NestApplication', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Where Nest writes, with its stack, what keeps an application from starting. */
const START_FAILURE = 'ExceptionHandler';

/** What is logged through Nest, in the log of the process: Nest's start-up at `trace`, everything else as it is. */
export class NestLog implements LoggerService {
  /** @param startFailures `trace` where whoever starts the application says itself what went wrong */
  constructor(
    private readonly out: Logger,
    private readonly startFailures: 'error' | 'trace' = 'error',
  ) {}

  log(message: unknown, ...rest: unknown[]): void {
    const { context } = contextOf(rest);
    const level = START_UP.has(context ?? '') ? 'trace' : 'info';
    this.out[level]({ context }, String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.out.debug(contextOf(rest), String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.out.trace(contextOf(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.out.warn(contextOf(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const err = message instanceof Error ? message : undefined;
    const { context } = contextOf(rest);
    const level = context === START_FAILURE ? this.startFailures : 'error';
    this.out[level]({ err, context }, err?.message ?? String(message));
  }
}

/** Nest hands on the name of a logger as the last argument. */
function contextOf(rest: readonly unknown[]): { context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
