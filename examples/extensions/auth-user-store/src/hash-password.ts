import { text } from 'node:stream/consumers';
import { hashPassword } from './user-store';

/** `printf 'correct horse' | npm run hash` prints what goes into the file of users. */
void text(process.stdin)
  .then(hashPassword)
  .then((hash) => process.stdout.write(`${hash}\n`));
