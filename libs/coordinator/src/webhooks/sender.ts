import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedDelivery, Deliveries } from '@tork/datastore';
import type { CoordinatorLog } from '../log';
import { outcomeOf } from './outcome';
import type { Answer, Outcome } from './outcome';
import { WebhookTargetRefusedError } from './targets';
import type { WebhookTransport } from './transport';
import { Turns } from './turns';

export interface WebhookSenderOptions {
  datastore: Omit<Deliveries, 'releaseDeliveries'>;
  transport: Pick<WebhookTransport, 'call'>;
  /** How long an attempt may take. */
  timeoutMs: number;
  /** Most calls at a time, and most of them to one host. */
  concurrency: { total: number; host: number };
  log: CoordinatorLog;
  now?: () => Date;
}

/** What a claim lasts beyond an attempt: the time to record what has become of it, and some to spare. */
const SETTLE_MS = 10_000;
/** For how long it is tried to record that. Afterwards others may have the lane, and the call is made again. */
const RECORD_MS = 8_000;
const RECORD_PAUSE_MS = 250;
/** Connections to the datastore at a time, be there as many calls as may: events of jobs need them more. */
const RECORD_AT_ONCE = 4;
/** What calls under way get to end by themselves when the process does. */
const GRACE_MS = 1_500;
/** After so many calls in a row a lane is given back, for the others of its host. */
const CALLS_IN_A_ROW = 32;

/**
 * Makes the calls that are due, lane by lane: any number of processes, several lanes at a time, each in order. Looks for
 * them when it is woken and when one that failed is due again, never on its own.
 */
export class WebhookSender {
  /** The lanes in hand, with their hosts. */
  private readonly lanes = new Map<Promise<void>, string>();
  private readonly retries = new Set<NodeJS.Timeout>();
  private readonly ended = new AbortController();
  private isClosed = false;
  private readonly records = new Turns(RECORD_AT_ONCE);
  private readonly leaseMs: number;
  private isAsked = false;
  /** Something was left for want of a free place: whoever frees one looks again. */
  private isShort = false;
  private filling: Promise<void> | undefined;

  constructor(private readonly options: WebhookSenderOptions) {
    this.leaseMs = options.timeoutMs + SETTLE_MS;
  }

  /** Says that there may be something to do. Returns at once. */
  wake(): void {
    void this.sweep().catch((err: unknown) =>
      this.options.log.warn({ err }, 'webhook deliveries cannot be looked for; tried again later'),
    );
  }

  /** Takes up what is due; resolves when it is under way. Rejects while the datastore is away. */
  sweep(): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    this.isAsked = true;
    this.filling ??= this.fill().finally(() => {
      this.filling = undefined;
      if (this.isAsked) this.wake(); // asked after the last look
    });
    return this.filling;
  }

  /** Takes up nothing more; calls under way may end, those that take long are broken off and given back. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.retries) clearTimeout(timer);
    const grace = setTimeout(() => this.ended.abort(), GRACE_MS);
    await this.filling?.catch(() => undefined);
    await Promise.all(this.lanes.keys());
    clearTimeout(grace);
  }

  private async fill(): Promise<void> {
    const { concurrency, datastore } = this.options;
    while (this.isAsked && !this.isClosed) {
      this.isAsked = false;
      const limit = concurrency.total - this.lanes.size;
      if (limit <= 0) {
        this.isShort = true;
        return;
      }
      const busy = this.busy();
      const { leaseMs } = this;
      this.isShort = true; // until it is known: a place that is freed meanwhile may be wanted
      const claimed = await datastore.claimDeliveries({ limit, perHost: concurrency.host, busy, leaseMs });
      for (const delivery of claimed) {
        busy[delivery.host] = (busy[delivery.host] ?? 0) + 1;
        this.takeUp(delivery);
      }
      this.isShort = claimed.length === limit || Object.values(busy).some((lanes) => lanes >= concurrency.host);
    }
  }

  private busy(): Record<string, number> {
    const busy: Record<string, number> = {};
    for (const host of this.lanes.values()) busy[host] = (busy[host] ?? 0) + 1;
    return busy;
  }

  private takeUp(delivery: ClaimedDelivery): void {
    const lane = this.work(delivery)
      .catch((err: unknown) =>
        this.options.log.warn({ err, jobId: delivery.jobId }, 'a webhook call is made again: its end was not recorded'),
      )
      .finally(() => {
        this.lanes.delete(lane);
        if (this.isShort) this.wake();
      });
    this.lanes.set(lane, delivery.host);
  }

  /** Makes the calls of a lane until it is empty, one has to wait, or others have waited long enough. */
  private async work(first: ClaimedDelivery): Promise<void> {
    let delivery: ClaimedDelivery | undefined = first;
    for (let calls = 1; delivery; calls += 1) delivery = await this.callOnce(delivery, calls < CALLS_IN_A_ROW);
  }

  /** Makes one attempt and records what has become of it. Answers with the next of the lane if it is to be made at once. */
  private async callOnce(delivery: ClaimedDelivery, mayGoOn: boolean): Promise<ClaimedDelivery | undefined> {
    const { datastore } = this.options;
    const outcome = await this.attempt(delivery);
    if (!outcome) {
      await this.record(() => datastore.releaseDelivery(delivery));
      return undefined;
    }
    if (outcome.type === 'retry') {
      await this.record(() => datastore.postponeDelivery(delivery, outcome.afterMs));
      this.wakeIn(outcome.afterMs);
      return undefined;
    }
    const goesOn = mayGoOn && !this.isClosed;
    const next = await this.record(() => datastore.finishDelivery(delivery, goesOn ? this.leaseMs : 0));
    if (!goesOn) this.wake(); // whoever's turn it is
    return next;
  }

  /** Tries for as long as the lane is surely ours. Rejects when that is over, or when this process ends. */
  private async record<T>(run: () => Promise<T>): Promise<T> {
    for (const deadline = performance.now() + RECORD_MS; ;) {
      try {
        return await this.records.take(run);
      } catch (cause) {
        if (this.isClosed || performance.now() > deadline) throw cause;
      }
      await sleep(RECORD_PAUSE_MS);
    }
  }

  /** Undefined if it was broken off, perhaps before it reached the receiver, perhaps after. */
  private async attempt(delivery: ClaimedDelivery): Promise<Outcome | undefined> {
    const { log, transport } = this.options;
    const attempt = delivery.attempts + 1;
    const { event, id, jobId, url } = delivery;
    const fields = { jobId, delivery: id, event, url: withoutSecrets(url), attempt };
    let answer: Answer | undefined;
    let reason: string | undefined;
    let isRefused = false;
    try {
      answer = await transport.call(delivery, attempt, this.ended.signal);
    } catch (cause) {
      if (this.ended.signal.aborted) return undefined;
      reason = cause instanceof Error ? cause.message : String(cause);
      isRefused = cause instanceof WebhookTargetRefusedError;
    }
    const now = this.options.now?.() ?? new Date();
    const outcome: Outcome = isRefused ? { type: 'given up' } : outcomeOf(answer, attempt, now);
    const { type } = outcome;
    const told = {
      ...fields,
      status: answer?.status,
      reason,
      ...('afterMs' in outcome && { afterMs: outcome.afterMs }),
    };
    if (type === 'given up') log.warn(told, 'webhook given up');
    else log.debug(told, type === 'retry' ? 'webhook failed; called again later' : 'webhook delivered');
    return outcome;
  }

  private wakeIn(afterMs: number): void {
    const timer = setTimeout(() => {
      this.retries.delete(timer);
      this.wake();
    }, afterMs).unref();
    this.retries.add(timer);
  }
}

/** As it may stand in a log: receivers like to have their keys in the path or in the query. */
function withoutSecrets(url: string): string {
  const { host, protocol } = new URL(url);
  return `${protocol}//${host}`;
}
