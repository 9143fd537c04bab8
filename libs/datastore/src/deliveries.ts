import type { WebhookDelivery } from '@tork/core';

/** A webhook call, in the hands of one sender for a while. */
export interface ClaimedDelivery extends WebhookDelivery {
  /** The calls of its job to its URL are a lane: no other of them is made meanwhile. */
  laneId: string;
  /** Host of its URL, with the port if that is not the scheme's own. */
  host: string;
  /** Names the claim; a sender whose claim has ended changes nothing any more. */
  claim: string;
  /** Its place among all deliveries, decimal text. */
  ordinal: string;
  /** How often it has failed. */
  attempts: number;
}

export interface ClaimOptions {
  /** Most deliveries, each of another lane. */
  limit: number;
  /** Most lanes of a host, those included that `busy` counts. */
  perHost: number;
  /** How many lanes of each host the sender has in hand already. */
  busy: Readonly<Record<string, number>>;
  /** For how long nobody else gets them. Longer than an attempt takes. */
  leaseMs: number;
}

/** Webhook calls that are to be made. All times are the datastore's own: senders' clocks do not matter. */
export interface Deliveries {
  /** The first deliveries of lanes that are due and in nobody's hands, those waiting longest first. */
  claimDeliveries(options: ClaimOptions): Promise<ClaimedDelivery[]>;
  /**
   * Forgets a delivery that was made, or given up, whoever has it by now. Answers with the next of its lane, claimed for
   * `leaseMs`; nothing if there is none, or if the claim was lost. With 0 it gives the lane back, due at once.
   */
  finishDelivery(delivery: ClaimedDelivery, leaseMs: number): Promise<ClaimedDelivery | undefined>;
  /** Counts a failed attempt and gives the lane back, due in `afterMs`. */
  postponeDelivery(delivery: ClaimedDelivery, afterMs: number): Promise<void>;
  /** Gives the lane back as it was, due at once. */
  releaseDelivery(delivery: ClaimedDelivery): Promise<void>;
  /** Ends all claims, whoever has them: for a process that knows that nobody else is there. */
  releaseDeliveries(): Promise<void>;
}
