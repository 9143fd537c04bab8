import { z } from 'zod';

const endpoint = z.url({ protocol: /^https?$/, error: 'expected a URL such as http://localhost:8000' });

/** The keys of the `tork` command itself. */
export const commandConfig = z.strictObject({
  cli: z
    .strictObject({
      banner: z
        .strictObject({
          /** Where the banner goes: `console` is standard output, `off` nowhere, anything else the log. */
          mode: z.string().prefault('console'),
        })
        .prefault({}),
    })
    .prefault({}),
  client: z
    .strictObject({
      /** Base URL of the API that client commands talk to. */
      endpoint: endpoint.optional(),
    })
    .prefault({}),
  /** The older name of `client.endpoint`, which wins. */
  endpoint: endpoint.prefault('http://localhost:8000'),
});

export type CommandConfig = z.output<typeof commandConfig>;
