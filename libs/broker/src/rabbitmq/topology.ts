import { BrokerUnavailableError, QueueMismatchError } from '../errors';
import type { ChannelError } from './channel';
import { PRECONDITION_FAILED, RESOURCE_LOCKED, onOwnChannel, reasonOf } from './channel';
import type { Connection } from './connection';
import type { QueueSettings } from './queue-form';
import { formOf } from './queue-form';

/** Declares queues on one connection, and knows which ones it declared there. */
export class Topology {
  /** Every queue that this process had to do with, for statistics. */
  readonly known = new Set<string>();
  private readonly declared = new Set<string>();
  private readonly declaring = new Map<string, Promise<void>>();
  private declaredOn: unknown;

  constructor(
    private readonly connection: Connection,
    private readonly settings: QueueSettings,
  ) {}

  /** Whether a queue was declared on this connection and is not known to be gone. */
  has(queue: string): boolean {
    return this.declaredOn === this.connection.current && this.declared.has(queue);
  }

  /** For a queue that turned out to be gone. */
  forget(queue: string): void {
    this.declared.delete(queue);
  }

  /**
   * Declares a queue, whether it is known or not. Rejects with `QueueMismatchError` when it exists in another form, with
   * `BrokerUnavailableError` when the broker refuses otherwise, and with what amqplib says when the connection breaks.
   */
  async declare(queue: string): Promise<void> {
    let declaring = this.declaring.get(queue);
    if (!declaring) {
      declaring = this.declareNow(queue).finally(() => this.declaring.delete(queue));
      this.declaring.set(queue, declaring);
    }
    await declaring;
  }

  private async declareNow(queue: string): Promise<void> {
    const model = this.connection.current;
    if (!model) throw new BrokerUnavailableError('not connected');
    if (this.declaredOn !== model) this.declared.clear();
    this.declaredOn = model;
    try {
      await onOwnChannel(model, (channel) => channel.assertQueue(queue, formOf(queue, this.settings)));
    } catch (err) {
      throw explained(queue, err as ChannelError);
    }
    this.known.add(queue);
    if (this.connection.current === model) this.declared.add(queue);
  }
}

function explained(queue: string, err: ChannelError): Error {
  const reason = reasonOf(err);
  if (err.code === PRECONDITION_FAILED || err.code === RESOURCE_LOCKED) return new QueueMismatchError(queue, reason);
  if (err.code !== undefined)
    return new BrokerUnavailableError(`queue ${queue} cannot be declared: ${reason}`, { cause: err });
  return err;
}
