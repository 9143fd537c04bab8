import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';
import { DatastoreUnavailableError } from '../../errors';
import type { Cipher } from './cipher';
import { mapSecrets } from './secret-values';

/** What a secret looks like that cannot be decrypted. */
export const UNREADABLE = '[encrypted]';

/** In the text of a JSON document this tells whether any of its values was sealed. */
const SEALED = '"enc:';

/** JSON documents on their way into the database and out of it: secrets are sealed in it and plain outside. */
export class JsonCodec {
  /** For readers: shows {@link UNREADABLE} where no key fits. */
  readonly readers: CustomTypesConfig;
  /** For those who write back what they read, or act on it: refuses a document that they would spoil. */
  readonly writers: CustomTypesConfig;

  constructor(private readonly cipher: Cipher) {
    this.readers = this.typesThat(() => UNREADABLE);
    this.writers = this.typesThat(() => {
      throw new DatastoreUnavailableError('a secret in the datastore is encrypted with a key that is not configured');
    });
  }

  encode(rows: readonly object[]): string {
    if (this.cipher.encrypts) return JSON.stringify(this.seal(rows));
    const json = JSON.stringify(rows);
    return json.includes(SEALED) ? JSON.stringify(this.seal(rows)) : json;
  }

  private seal(rows: readonly object[]): unknown {
    return mapSecrets(rows, (text) => this.cipher.seal(text));
  }

  private typesThat(onUnreadable: () => string): CustomTypesConfig {
    const parseJson = (text: string): unknown => {
      const value: unknown = JSON.parse(text);
      return text.includes(SEALED) ? mapSecrets(value, (secret) => this.cipher.open(secret) ?? onUnreadable()) : value;
    };
    return {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === types.builtins.JSON ? parseJson : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    };
  }
}
