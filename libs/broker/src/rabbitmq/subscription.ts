import type { Subscription } from '../broker';
import type { BrokerLog } from '../log';
import type { Connection } from './connection';
import type { DeadLetters } from './dead-letters';
import type { Topology } from './topology';

/** What every subscription is made with. */
export interface SubscriptionContext {
  connection: Connection;
  topology: Topology;
  deadLetters: DeadLetters;
  log: BrokerLog;
}

/** A subscription as the adapter looks after it. */
export interface RabbitmqSubscription extends Subscription {
  /** Resolves when all consumers are in place for the first time; rejects when that can never be. */
  start(): Promise<void>;
  /** What is not in place at the moment, in words. */
  readonly missing: string | undefined;
  /** Deliveries that the broker waits for, by queue. */
  unacked(): ReadonlyMap<string, number>;
}
