import { createVhost } from '@tork/testing';
import { connect } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';
import type { Measure } from '../bench';
import { figureOf } from '../figures';
import { roundsOf } from '../rounds';

const NAME = 'floor/rabbitmq/messages';
const QUEUE = 'floor';

/** About as long as a hand-out of a small task. */
const CONTENT = Buffer.alloc(400, 'x');

/** Messages that have been sent and not yet confirmed and consumed. */
const IN_FLIGHT = 256;

/**
 * What RabbitMQ could do for hand-outs if nothing were in them: persistent messages a second through a durable queue,
 * each confirmed to its publisher, consumed and acknowledged.
 */
export const rabbitmqFloor: Measure = {
  figures: [NAME],
  async run(bench) {
    await using vhost = await createVhost();
    // Nagle's algorithm would have each confirm wait for a delayed acknowledgement of TCP.
    const connections = [await connect(vhost.url, { noDelay: true }), await connect(vhost.url, { noDelay: true })];
    try {
      const [publishing, consuming] = await Promise.all(connections.map((one) => one.createConfirmChannel()));
      const flow = await Flow.start(publishing!, consuming!);
      bench.report(figureOf(NAME, '/s', await roundsOf(bench, (seconds) => flow.run(seconds))));
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
    }
  },
};

/** Messages on their way through a queue. */
class Flow {
  private consumed: () => void = () => undefined;

  private constructor(private readonly publishing: ConfirmChannel) {}

  static async start(publishing: ConfirmChannel, consuming: ConfirmChannel): Promise<Flow> {
    const flow = new Flow(publishing);
    await consuming.assertQueue(QUEUE, { durable: true });
    await consuming.prefetch(IN_FLIGHT);
    await consuming.consume(QUEUE, (message) => {
      if (!message) return;
      consuming.ack(message);
      flow.consumed();
    });
    return flow;
  }

  /** Keeps messages in flight for some seconds, then waits for the last. Resolves with messages a second. */
  async run(seconds: number): Promise<number> {
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    let published = 0;
    let consumed = 0;
    await new Promise<void>((resolve, reject) => {
      const publish = () => {
        published++;
        this.publishing.sendToQueue(QUEUE, CONTENT, { persistent: true }, settled);
      };
      // One leaves when another has arrived and been confirmed: of either kind there are as many.
      let credit = 0;
      const next = () => {
        if (++credit % 2 > 0) return;
        if (performance.now() < until) publish();
        else if (credit === 2 * published) resolve();
      };
      const settled = (error: unknown) => (error ? reject(error as Error) : next());
      this.consumed = () => {
        consumed++;
        next();
      };
      for (let i = 0; i < IN_FLIGHT; i++) publish();
    });
    return (consumed * 1000) / (performance.now() - startedAt);
  }
}
