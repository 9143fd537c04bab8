import type { Channel, ConsumeMessage } from 'amqplib';

export type Settlement = 'ack' | 'requeue';

/**
 * Settles a batch with as few frames as possible: all that is unsettled on the channel and came before the batch's end
 * is part of the batch, so that one frame can settle a run of messages. A channel that is gone settles nothing; the
 * broker has put everything back then.
 */
export async function settle(
  channel: Channel,
  messages: readonly ConsumeMessage[],
  settlements: readonly Settlement[],
  beforeRequeue: () => Promise<void>,
): Promise<void> {
  try {
    const firstBack = settlements.indexOf('requeue');
    const done = firstBack < 0 ? messages.length : firstBack;
    const lastDone = messages[done - 1];
    if (lastDone) channel.ack(lastDone, true);
    for (let index = done; index < messages.length; index++) {
      const message = messages[index];
      if (message && settlements[index] === 'ack') channel.ack(message);
    }
    // Up to one that is still out: the broker closes the channel over a number that it has settled already.
    const lastBack = messages[settlements.lastIndexOf('requeue')];
    if (!lastBack) return;
    await beforeRequeue();
    channel.nack(lastBack, true, true);
  } catch (err) {
    if (!(err instanceof Error) || err.name !== 'IllegalOperationError') throw err;
  }
}
