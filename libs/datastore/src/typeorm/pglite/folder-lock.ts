import { createHash, randomBytes } from 'node:crypto';
import { realpathSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TorkError } from '@tork/core';

/** Another process works in the data folder. */
export class FolderInUseError extends TorkError {
  readonly code = 'DATA_FOLDER_IN_USE';
  constructor(
    readonly folder: string,
    pid: string,
  ) {
    super(`the data folder ${folder} is in use by ${pid ? `process ${pid}` : 'another process'}`);
  }
}

/** The longest path of a Unix socket that all systems take, in bytes. */
const MAX_SOCKET_PATH = 100;

/**
 * Keeps a second process out of a folder, for as long as this one lives: a socket that it listens on. The system closes
 * it however the process ends, so that a lock is never left behind by one that was killed; process ids, which lock
 * files hold, come back, in containers at once. Works between containers that share the folder as well.
 */
export class FolderLock {
  private constructor(private readonly server: Server) {}

  static async acquire(folder: string): Promise<FolderLock> {
    const path = socketPath(folder);
    const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
    for (;;) {
      if (await isListening(server, path)) return new FolderLock(server.unref());
      const owner = await takeAway(path);
      if (owner !== undefined) throw new FolderInUseError(folder, owner);
    }
  }

  release(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

function socketPath(folder: string): string {
  const path = join(realpathSync(folder), 'lock.sock');
  if (process.platform === 'win32') return `\\\\.\\pipe\\tork-${hash(path)}`;
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH ? path : join(tmpdir(), `tork-${hash(path)}.sock`);
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Whether the server listens now; it does not if there is such a socket already. */
function isListening(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

/**
 * Removes a socket on which nobody listens any more; else resolves with who does. It is moved aside before it is asked:
 * of two processes that start together only one has it, and neither removes a socket that the other has just opened.
 */
async function takeAway(path: string): Promise<string | undefined> {
  const owner = await ownerOf(path);
  if (owner !== undefined) return owner;
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const newOwner = await ownerOf(aside);
  if (newOwner === undefined) rmSync(aside, { force: true });
  else renameSync(aside, path);
  return newOwner;
}

/** The process id that whoever listens there says. */
function ownerOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.on('data', (bytes) => (said += bytes.toString()));
    socket.on('end', () => resolve(said));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : said),
    );
    socket.setTimeout(2_000, () => {
      socket.destroy();
      resolve(said);
    });
  });
}
