import type { Broker } from '@tork/broker';

/** How many messages wait in queues, as of one sweep: all queues are asked for at once, and only if one is of interest. */
export class QueueSizes {
  private listed: Promise<Map<string, number>> | undefined;

  constructor(private readonly broker: Pick<Broker, 'queue' | 'queues'>) {}

  /** Rejects while the broker cannot be asked. A queue that does not exist is empty. */
  async areEmpty(names: readonly string[]): Promise<boolean> {
    for (const name of names) if ((await this.of(name)) > 0) return false;
    return true;
  }

  private async of(name: string): Promise<number> {
    this.listed ??= this.list();
    // The broker lists what its processes have told it of; others may exist all the same.
    return (await this.listed).get(name) ?? (await this.broker.queue(name))?.size ?? 0;
  }

  private async list(): Promise<Map<string, number>> {
    return new Map((await this.broker.queues()).map(({ name, size }) => [name, size]));
  }
}
