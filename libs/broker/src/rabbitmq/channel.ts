import type { Channel, ChannelModel } from 'amqplib';
import { within } from './deadline';

/** The farewell of a channel; its connection is closed soon after, or noticed to be broken. */
const CLOSE_TIMEOUT_MS = 2_000;

/** AMQP reply codes that a refused declaration may have. */
export const ACCESS_REFUSED = 403;
export const NOT_FOUND = 404;
/** It is exclusive to another connection. */
export const RESOURCE_LOCKED = 405;
export const PRECONDITION_FAILED = 406;

/** What the broker says when it closes a channel because of something that was asked on it. */
export interface ChannelError extends Error {
  /** AMQP reply code, e.g. 404; absent when the connection broke. */
  code?: number;
}

/** What the broker says, without the words that amqplib puts around it. */
export const reasonOf = (err: ChannelError): string => /"\w+ - (.*)"$/s.exec(err.message)?.[1] ?? err.message;

/** Resolves with the cause once the channel is closed, by whichever side. */
export function closeOf(channel: Channel): Promise<ChannelError | undefined> {
  return new Promise((resolve) => {
    let cause: ChannelError | undefined;
    channel.on('error', (err) => (cause = err));
    channel.once('close', () => resolve(cause));
  });
}

/** Closes a channel, whatever state it is in. */
export async function closeChannel(channel: Channel): Promise<void> {
  const closed = closeOf(channel);
  // amqplib rejects at once when it is closed already, and never settles when the connection breaks meanwhile.
  await within(CLOSE_TIMEOUT_MS, Promise.race([closed, channel.close()]));
}

/**
 * Runs something on a channel of its own. The broker answers a refusal by closing the channel, which must not take any
 * consumer with it.
 */
export async function onOwnChannel<T>(model: ChannelModel, use: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined); // whatever was asked rejects with it
  try {
    return await use(channel);
  } finally {
    await closeChannel(channel);
  }
}
