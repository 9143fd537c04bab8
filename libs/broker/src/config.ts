import { bool, duration, text } from '@tork/config';
import { z } from 'zod';

const urlWith = (protocols: readonly string[], example: string) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `expected a URL such as ${example}`,
  });

/** The keys `broker.*`. */
export const brokerConfig = z.strictObject({
  /** `inmemory`, `rabbitmq`, or the name of a registered provider. */
  type: text.prefault('inmemory'),
  rabbitmq: z
    .strictObject({
      url: urlWith(['amqp:', 'amqps:'], 'amqp://user:password@host:5672/vhost').prefault(
        'amqp://guest:guest@localhost:5672/',
      ),
      consumer: z
        .strictObject({
          /**
           * How long RabbitMQ waits for the end of a delivery before it takes it back; fixed when a queue is declared.
           * Tasks may last longer: the worker gives up their deliveries in time.
           */
          timeout: duration
            .pipe(
              z
                .number()
                .min(1_000, 'expected a duration of at least 1s')
                .max(2 ** 31 - 1, 'expected at most 596h'),
            )
            .prefault('30m'),
        })
        .prefault({}),
      management: z
        .strictObject({
          /**
           * Base URL of the management API, whose credentials are those of `url`. Empty: port 15672 on the host of
           * `url`. Only queue statistics use it, and they do without.
           */
          url: z.union([z.literal(''), urlWith(['http:', 'https:'], 'http://host:15672')]).prefault(''),
        })
        .prefault({}),
      durable: z
        .strictObject({
          /** Whether classic queues and what waits in them outlive a restart of RabbitMQ. Quorum queues always do. */
          queues: bool.prefault(true),
        })
        .prefault({}),
      queue: z
        .strictObject({
          /** `quorum` is replicated, and knows no priorities. Fixed when a queue is declared. */
          type: z.enum(['classic', 'quorum']).prefault('classic'),
        })
        .prefault({}),
    })
    .prefault({}),
});
export type BrokerConfig = z.output<typeof brokerConfig>;
