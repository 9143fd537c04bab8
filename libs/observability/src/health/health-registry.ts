import type { Logger } from '../logging/logger';

/** Resolves when a part works; rejects with what is wrong. */
export type HealthCheck = () => Promise<void>;

export interface HealthOptions {
  /** How long one check may take before it counts as failed. Default 5 s. */
  timeoutMs?: number;
}

/** What every part of a process says about itself. */
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly timeoutMs: number;

  constructor(
    private readonly logger: Logger,
    { timeoutMs = 5000 }: HealthOptions = {},
  ) {
    this.timeoutMs = timeoutMs;
  }

  /** Adds a part. A name that is taken is a programming error. Returns what takes the part out again. */
  register(name: string, check: HealthCheck): () => void {
    if (this.checks.has(name)) throw new Error(`a health check named ${name} is registered already`);
    this.checks.set(name, check);
    return () => void this.checks.delete(name);
  }

  /**
   * `UP` when every check passes in time. Decided by the first that fails, without waiting for the others; which one
   * that is and why is for the log alone, because whoever asks may be anybody.
   */
  async status(): Promise<'UP' | 'DOWN'> {
    try {
      await Promise.all([...this.checks].map(([name, check]) => this.pass(name, check)));
      return 'UP';
    } catch (error) {
      this.logger.error({ error }, 'health check failed');
      return 'DOWN';
    }
  }

  private async pass(name: string, check: HealthCheck): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.timeoutMs} ms`)), this.timeoutMs);
      timer.unref(); // Once another check has decided, nobody waits for this one.
    });
    try {
      await Promise.race([check(), expired]);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${name} is down: ${reason}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
