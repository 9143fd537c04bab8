import type { Channel, ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Mailbox, MailboxUser } from './mailbox';
import { within } from './deadline';

/** Every broker consumes it and nothing is ever sent there: its number of consumers is that of the processes. */
export const CENSUS_QUEUE = 'x-census';

const report = z.record(
  z.string(),
  z.object({
    /** Deliveries that the process has not settled. */
    unacked: z.number(),
    /** What waits, for queues that only the process itself can look at. */
    size: z.number().optional(),
  }),
);
/** What one process knows about queues: all that it had to do with. */
export type CensusReport = z.output<typeof report>;

/** A process that is busy for longer is left out this time. */
const ANSWER_TIMEOUT_MS = 500;

interface Question {
  expected: number;
  answers: CensusReport[];
  complete(): void;
}

/**
 * Asks all processes what they know about queues, because AMQP tells neither their names nor how many deliveries are
 * unsettled. Without the management API there is nobody else to ask.
 */
export class Census implements MailboxUser {
  readonly exchange = 'amq.direct';
  private readonly questions = new Map<string, Question>();
  private readonly answers: MailboxUser;

  constructor(
    private readonly mailbox: Mailbox,
    private readonly ownReport: () => Promise<CensusReport>,
  ) {
    this.answers = { exchange: '', open: async () => undefined, receive: (message) => this.answered(message) };
    mailbox.add(this);
    mailbox.add(this.answers);
  }

  /** The reports of all processes that answer in time, this one included. */
  async take(): Promise<CensusReport[]> {
    const id = randomUUID();
    const question: Question = { expected: Infinity, answers: [], complete: () => undefined };
    const complete = new Promise<void>((resolve) => (question.complete = resolve));
    this.questions.set(id, question);
    await within(
      ANSWER_TIMEOUT_MS,
      this.mailbox.use(async (channel, replyTo) => {
        question.expected = (await channel.checkQueue(CENSUS_QUEUE)).consumerCount;
        this.mailbox.send(this.exchange, CENSUS_QUEUE, Buffer.from('{}'), { correlationId: id, replyTo });
        await complete;
      }),
    );
    this.questions.delete(id);
    question.complete(); // whoever comes in late finds nobody waiting
    return question.answers;
  }

  async open(channel: Channel, address: string): Promise<void> {
    await channel.assertQueue(CENSUS_QUEUE, { durable: true, autoDelete: true });
    await channel.consume(CENSUS_QUEUE, () => undefined, { noAck: true });
    await channel.bindQueue(address, this.exchange, CENSUS_QUEUE);
  }

  receive({ properties: { correlationId, replyTo } }: ConsumeMessage): void {
    void this.answer(String(correlationId), String(replyTo));
  }

  private async answer(correlationId: string, replyTo: string): Promise<void> {
    const own = await this.ownReport();
    this.mailbox.send('', replyTo, Buffer.from(JSON.stringify(own)), { correlationId });
  }

  private answered(message: ConsumeMessage): void {
    const question = this.questions.get(String(message.properties.correlationId));
    if (!question) return;
    question.answers.push(report.parse(JSON.parse(message.content.toString('utf8'))));
    if (question.answers.length >= question.expected) question.complete();
  }
}
