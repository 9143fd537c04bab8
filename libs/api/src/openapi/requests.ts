import { z } from 'zod';

const text = z.string().max(256);

/** What the API takes beside job documents, by the names in the API document. They describe and do not validate. */
export const REQUESTS = {
  UserDocument: z.looseObject({
    username: text.meta({ description: 'The name to log in with. Blanks around it do not count.' }),
    password: z.string().meta({ description: 'At most 72 bytes. Blanks around it do not count.' }),
    name: text.optional().meta({ description: 'What people call the user.' }),
    disabled: z.boolean().optional().meta({ description: 'A disabled user cannot log in.' }),
  }),
} satisfies Record<string, z.ZodType>;

export type RequestName = keyof typeof REQUESTS;
