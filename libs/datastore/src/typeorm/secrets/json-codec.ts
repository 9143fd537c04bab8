import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';
import { DatastoreUnavailableError } from '../../errors';
import type { Cipher } from '../../secrets/cipher';
import { SEALED_TEXTS, mapTexts, sealRows } from './sealed-rows';

/** What a secret looks like that cannot be decrypted. */
export const UNREADABLE = '[encrypted]';

/** What a sealed text begins with, see {@link Cipher}. */
const SEALED = 'enc:';
/** In the text of JSON this tells whether any of its values was sealed. */
const SEALED_VALUE = `"${SEALED}`;

/** How what comes out of the database becomes plain again. */
export interface Decoding {
  /** For columns of JSON; `jsonb` is never sealed. */
  readonly types: CustomTypesConfig;
  /** Opens the sealed columns of text, in place. */
  open<Row extends object>(rows: Row[]): Row[];
}

/** Rows on their way into the database and out of it: what may be secret is sealed in it and plain outside. */
export class JsonCodec {
  /** For readers: shows {@link UNREADABLE} where no key fits. */
  readonly readers: Decoding;
  /** For those who write back what they read, or act on it: refuses a row that they would spoil. */
  readonly writers: Decoding;

  constructor(private readonly cipher: Cipher) {
    this.readers = this.decoding(() => UNREADABLE);
    this.writers = this.decoding(() => {
      throw new DatastoreUnavailableError('a secret in the datastore is encrypted with a key that is not configured');
    });
  }

  /** Rows as a JSON array, sealed; `plain` is their JSON where the caller has it. */
  encode(rows: readonly object[], plain = JSON.stringify(rows)): string {
    return this.cipher.encrypts || plain.includes(SEALED_VALUE) ? JSON.stringify(sealRows(rows, this.cipher)) : plain;
  }

  private decoding(onUnreadable: () => string): Decoding {
    const open = (text: string): string => this.cipher.open(text) ?? onUnreadable();
    const parseJson = (text: string): unknown => {
      const value: unknown = JSON.parse(text);
      return text.includes(SEALED_VALUE) ? mapTexts(value, open) : value;
    };
    return {
      types: {
        getTypeParser: ((oid: number, format?: 'text') =>
          oid === types.builtins.JSON ? parseJson : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
      },
      open: (rows) => openTexts(rows, open),
    };
  }
}

function openTexts<Row extends object>(rows: Row[], open: (text: string) => string): Row[] {
  const columns = SEALED_TEXTS.filter((column) => rows[0] && column in rows[0]);
  if (columns.length === 0) return rows;
  for (const row of rows as Record<string, unknown>[]) {
    for (const column of columns) {
      const text = row[column];
      if (typeof text === 'string' && text.startsWith(SEALED)) row[column] = open(text);
    }
  }
  return rows;
}
