import { TorkError } from '@tork/core';

/** Something was asked of a broker that is closed, or that was never started. */
export class BrokerClosedError extends TorkError {
  readonly code = 'BROKER_CLOSED';
  constructor() {
    super('the broker is not open');
  }
}

/** The broker cannot be reached, or something that it should do for us at the moment is not in place. */
export class BrokerUnavailableError extends TorkError {
  readonly code = 'BROKER_UNAVAILABLE';
  constructor(problem: string, options?: ErrorOptions) {
    super(`broker unavailable: ${problem}`, options);
  }
}

/** A queue of this name exists, but in another form than this configuration declares it. */
export class QueueMismatchError extends TorkError {
  readonly code = 'QUEUE_MISMATCH';
  constructor(
    readonly queue: string,
    /** The first difference as the broker words it, e.g. `inequivalent arg 'durable' …: received 'true' but current is 'false'`. */
    readonly difference: string,
  ) {
    super(
      `queue ${queue} exists in another form: ${difference}. Either set broker.rabbitmq.durable.queues, .queue.type and ` +
        '.consumer.timeout as whoever declared it had them, or delete the queue (its messages go with it) and start again',
    );
  }
}

/** The broker takes this message under no circumstances, e.g. because it is larger than the broker allows. */
export class MessageRefusedError extends TorkError {
  readonly code = 'MESSAGE_REFUSED';
  constructor(
    readonly queue: string,
    /** Of the encoded body, in bytes. */
    readonly size: number,
    reason: string,
  ) {
    super(`the broker refused a message of ${size} bytes for queue ${queue}: ${reason}`);
  }
}

/** The body of a message has no JSON form. */
export class MessageEncodingError extends TorkError {
  readonly code = 'MESSAGE_ENCODING';
  constructor(
    readonly queue: string,
    options?: ErrorOptions,
  ) {
    super(`a message for ${queue} has no JSON form`, options);
  }
}
