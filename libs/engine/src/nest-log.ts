import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@tork/observability';

/** What Nest itself has to say, in the log of the process: its start-up details at `trace`, trouble as it is. */
export class NestLog implements LoggerService {
  constructor(private readonly out: Logger) {}

  log(message: unknown): void {
    this.out.trace(String(message));
  }

  debug(message: unknown): void {
    this.out.trace(String(message));
  }

  verbose(message: unknown): void {
    this.out.trace(String(message));
  }

  warn(message: unknown): void {
    this.out.warn(String(message));
  }

  error(message: unknown): void {
    this.out.error(
      message instanceof Error ? { err: message } : {},
      message instanceof Error ? message.message : String(message),
    );
  }
}
