import type { Broker } from '@tork/broker';
import type { Datastore, OutboxRow } from '@tork/datastore';

/** What this lib logs through; pino fits. */
export interface OutboxLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface OutboxOptions {
  datastore: Pick<Datastore, 'deleteOutbox'>;
  broker: Pick<Broker, 'publish'>;
  log: OutboxLog;
  now?: () => Date;
}

/** Rows beyond this many under way stay in the table for the relay, so that a broker outage does not fill the memory. */
const MAX_UNDER_WAY = 20_000;

/** Node's timers fire at once for delays beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Publishes what a transaction left in the outbox, right after its commit, and deletes the rows once the broker has
 * confirmed them. If the process dies anywhere in between, the rows are still there and a relay sends them (again).
 */
export class Outbox {
  private underWay = 0;
  private confirmed: string[] = [];
  private deleting: Promise<void> | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly publishing = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: OutboxOptions) {}

  /** Takes over committed rows. Returns at once and never fails: what goes wrong here is the relay's to repair. */
  publish(rows: readonly OutboxRow[]): void {
    if (rows.length === 0 || this.closed) return;
    const now = (this.options.now?.() ?? new Date()).getTime();
    const due = rows.filter((row) => !row.notBefore || row.notBefore.getTime() <= now);
    if (due.length > 0) this.send(due);
    for (const row of rows) {
      if (row.notBefore && row.notBefore.getTime() > now) this.sendLater(row, row.notBefore.getTime() - now);
    }
  }

  /** Waits until what is under way is confirmed and deleted, `timeoutMs` at the most; the rest is left to the relay. */
  async close(timeoutMs = 5_000): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([this.settled(), limit]);
    clearTimeout(timer);
  }

  private async settled(): Promise<void> {
    await Promise.all(this.publishing);
    await this.deleting;
  }

  private sendLater(row: OutboxRow, delayMs: number): void {
    if (delayMs > LONGEST_TIMER_MS || this.timers.size >= MAX_UNDER_WAY) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.send([row]);
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }

  private send(rows: readonly OutboxRow[]): void {
    if (this.underWay + rows.length > MAX_UNDER_WAY) return;
    this.underWay += rows.length;
    const sent = this.options.broker
      .publish(rows)
      .then(() => {
        for (const row of rows) this.confirmed.push(row.id);
        this.deleteConfirmed();
      })
      .catch((err: unknown) => this.options.log.warn({ err, rows: rows.length }, 'outbox rows left to the relay'))
      .finally(() => {
        this.underWay -= rows.length;
        this.publishing.delete(sent);
      });
    this.publishing.add(sent);
  }

  /** One deletion at a time: what is confirmed meanwhile goes with the next, in one statement. */
  private deleteConfirmed(): void {
    this.deleting ??= (async () => {
      while (this.confirmed.length > 0) {
        const ids = this.confirmed;
        this.confirmed = [];
        await this.options.datastore.deleteOutbox(ids);
      }
    })()
      .catch((err: unknown) =>
        this.options.log.debug({ err }, 'confirmed outbox rows not deleted; they will be sent again'),
      )
      .finally(() => {
        this.deleting = undefined;
        if (this.confirmed.length > 0) this.deleteConfirmed();
      });
  }
}
