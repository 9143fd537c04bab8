'use strict';

/**
 * The thread that PGlite runs in: its queries would hold up the event loop for as long as they take. Plain JavaScript,
 * because a thread is started from a file as it is, in tests from this one.
 *
 * Messages to it: `[connection, bytes]`, what a client of Postgres sends over its socket; `'close'`. Messages from it:
 * `'ready'`; `[connection, bytes]`, the answer to each; `'closed'`.
 */
const { fsyncSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { PGlite } = require('@electric-sql/pglite');

if (!parentPort) throw new Error('pglite.worker.js is started as a thread');
const port = parentPort;

async function open() {
  const { folder, settings } = workerData;
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (folder === undefined) return PGlite.create({ startParams: [...PGlite.defaultStartParams, ...parameters] });

  // PGlite leaves out every fsync: what it has committed would survive its process, but not the machine.
  parameters.push('-c', 'fsync=on', '-c', 'wal_sync_method=fsync');
  const startParams = [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...parameters];
  const database = await PGlite.create({ dataDir: folder, startParams });
  const { NODEFS } = /** @type {any} */ (database.Module);
  NODEFS.stream_ops.fsync = (/** @type {{ nfd: number }} */ stream) => {
    fsyncSync(stream.nfd);
    return 0;
  };
  return database;
}

/** A message of the simple query protocol. */
function query(/** @type {string} */ sql) {
  const message = Buffer.alloc(sql.length + 6);
  message.write('Q', 0);
  message.writeInt32BE(sql.length + 5, 1);
  message.write(sql, 5);
  return message;
}

/**
 * What the database answers, in a buffer of its own. Taken chunk by chunk, because the calls that return it whole parse
 * it as well and keep what they have parsed.
 *
 * @param {import('@electric-sql/pglite').PGlite} database
 * @param {Uint8Array} message
 */
function execute(database, message) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  const onRawData = (/** @type {Uint8Array} */ chunk) => {
    chunks.push(chunk.slice());
    length += chunk.length;
  };
  // Its promise only waits for a file system that there is not: all is done when the call returns.
  void database.execProtocolRawStream(message, { syncToFs: false, onRawData });
  const answer = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    answer.set(chunk, offset);
    offset += chunk.length;
  }
  return answer;
}

/** The first message of a connection begins with its length, all later ones with their type. */
const isStartup = (/** @type {Uint8Array} */ bytes) => bytes[0] === 0;

async function main() {
  const database = await open();
  port.on('message', (/** @type {[number, Uint8Array] | 'close'} */ message) => {
    if (message === 'close') {
      void database.close().then(() => {
        port.postMessage('closed');
        port.close();
      });
      return;
    }
    const [connection, bytes] = message;
    if (isStartup(bytes)) {
      // There is one session for good. To a new connection it must look like a new one.
      execute(database, query('ROLLBACK'));
      execute(database, query('DISCARD ALL'));
    }
    const answer = execute(database, bytes);
    port.postMessage([connection, answer], [answer.buffer]);
  });
  port.postMessage('ready');
}

void main();
