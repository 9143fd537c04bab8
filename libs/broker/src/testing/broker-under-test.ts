import type { Broker } from '../broker';

/** What an adapter's test file hands to the contract: a started broker. */
export interface BrokerUnderTest {
  readonly broker: Broker;
  /** Ends whatever the test file started for it; the broker has been closed. */
  stop(): Promise<void>;
}

/** A broker that lives outside the process. */
export interface DistributedBrokerUnderTest extends BrokerUnderTest {
  /** As from another process, as far as the broker can tell. Started; closed by the test. */
  another(): Promise<Broker>;
  /** Puts bytes into an existing queue past the port. */
  publishRaw(queue: string, content: Buffer): Promise<void>;
  /** The network between `broker` and what is behind it. */
  readonly network: {
    /** Breaks all connections; new ones are possible at once. */
    cut(): void;
    /** Breaks all connections and refuses new ones until `resume`. */
    refuse(): Promise<void>;
    resume(): Promise<void>;
  };
}

/** Gives the current test's broker, within a test. */
export type UnderTest = () => BrokerUnderTest;
export type DistributedUnderTest = () => DistributedBrokerUnderTest;

let lastQueue = 0;

/** A name that no other test uses. */
export const newQueue = (): string => `contract-${process.pid}-${++lastQueue}`;
