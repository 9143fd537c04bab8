import type { Broker } from '@tork/broker';
import type { Heartbeat, NodeStatus } from '@tork/core';
import type { HealthProbe } from './health-probe';
import type { Lease } from './lease';
import type { Logger } from '@tork/observability';

export interface HeartbeatsOptions {
  broker: Pick<Broker, 'publish'>;
  lease: Pick<Lease, 'check' | 'renew'>;
  /** Decides between `UP` and `DOWN`. */
  runtime: Pick<HealthProbe, 'check'>;
  log: Logger;
  intervalMs: number;
  /** The node as it is at this moment. */
  describe(status: NodeStatus): Heartbeat;
}

/**
 * Tells the coordinators that this node is alive and what it holds; each confirmed heartbeat renews the lease. A slow
 * health check delays none of them: it only sets the status of the next.
 */
export class Heartbeats {
  private status: NodeStatus = 'UP';
  private timer: NodeJS.Timeout | undefined;
  private sending = false;
  private stopped = false;

  constructor(private readonly options: HeartbeatsOptions) {}

  /** Resolves when the first heartbeat is confirmed: the node has its lease. */
  async start(): Promise<void> {
    await this.readStatus();
    await this.send();
    if (this.stopped) return;
    this.timer = setInterval(() => void this.beat(), this.options.intervalMs);
  }

  /** Announces the end of this node. Waits for the broker; the caller sets the limit. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.stopped) return;
    this.stopped = true;
    await this.options.broker.publish([{ queue: 'heartbeat', body: this.options.describe('DOWN') }]);
  }

  private async beat(): Promise<void> {
    void this.readStatus();
    // One at a time: while the broker is away they would pile up, and only the latest is worth anything.
    if (this.sending) return;
    this.sending = true;
    try {
      while ((await this.send()) > this.options.intervalMs && !this.stopped); // a late one renewed little: once more
    } catch (err) {
      this.options.log.warn({ err }, 'heartbeat not sent');
    } finally {
      this.sending = false;
    }
  }

  /** Returns how many milliseconds the confirmation took. */
  private async send(): Promise<number> {
    const { broker, describe, lease } = this.options;
    lease.check(); // what a lapse has cost this node must not be listed as held
    const sentAtMs = performance.now();
    await broker.publish([{ queue: 'heartbeat', body: describe(this.status) }]);
    lease.renew(sentAtMs);
    return performance.now() - sentAtMs;
  }

  private async readStatus(): Promise<void> {
    const { log, runtime } = this.options;
    try {
      await runtime.check();
      if (this.status === 'DOWN') log.info({}, 'the runtime is healthy again');
      this.status = 'UP';
    } catch (err) {
      if (this.status === 'UP') log.warn({ err }, 'the runtime is not healthy');
      this.status = 'DOWN';
    }
  }
}
