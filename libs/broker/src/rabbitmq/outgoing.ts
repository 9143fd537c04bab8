import type { Options } from 'amqplib';

/** A call of `publish`, settled when all its messages are. */
export class PublishCall {
  readonly done: Promise<void>;
  private open: number;
  private resolve!: () => void;
  private reject!: (error: Error) => void;

  constructor(messages: number) {
    this.open = messages;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  confirmed(): void {
    if (--this.open === 0) this.resolve();
  }

  /** Rejects the call; the other messages of it go on their way. */
  failed(error: Error): void {
    this.open--;
    this.reject(error);
  }
}

/** A message on its way to the broker, kept until it is confirmed. */
export class Outgoing {
  /** The broker had no such queue, and says so before it confirms. */
  returned = false;

  constructor(
    readonly queue: string,
    readonly content: Buffer,
    readonly properties: Options.Publish,
    readonly call: PublishCall,
  ) {}

  /** Unique within the process; a returned message is recognised by it. */
  get id(): string {
    return this.properties.messageId as string;
  }
}
