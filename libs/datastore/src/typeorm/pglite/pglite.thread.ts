import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A message of pglite.worker.js. */
type Answer = 'ready' | 'closed' | [connection: number, bytes: Uint8Array];

/** After this long a thread that does not close its database is stopped; the next start recovers from the log. */
const CLOSE_TIMEOUT_MS = 30_000;

export interface PgliteThreadOptions {
  /** Where the data is. In memory if absent. */
  folder?: string;
  settings: Readonly<Record<string, string>>;
}

/** Takes what the database answers to one connection, or learns that there will be no answers any more. */
export interface Listener {
  answer(bytes: Buffer): void;
  lost(cause: Error): void;
}

/**
 * The database and the thread it runs in. A thread that dies takes its connections along; the next one starts another,
 * which finds on disk whatever was committed. What was in memory is gone for good.
 */
export class PgliteThread {
  private worker: Promise<Worker> | undefined;
  /** The same, once it takes queries. */
  private running: Worker | undefined;
  private readonly listeners = new Map<number, Listener>();
  private connections = 0;
  private hasDied = false;

  constructor(private readonly options: PgliteThreadOptions) {}

  /** Resolves once the database takes queries; rejects with what kept it from it. */
  async start(): Promise<void> {
    if (this.hasDied && this.options.folder === undefined) {
      throw new Error('the embedded database has crashed, and its data was in memory');
    }
    this.worker ??= this.spawn();
    await this.worker;
  }

  /** Begins a connection. Its number goes with what it sends, so that no one gets the answers to another. */
  connect(listener: Listener): number {
    const connection = ++this.connections;
    this.listeners.set(connection, listener);
    return connection;
  }

  disconnect(connection: number): void {
    this.listeners.delete(connection);
  }

  send(connection: number, bytes: Uint8Array): void {
    this.running?.postMessage([connection, bytes]);
  }

  /** Writes everything back and ends the thread. */
  async close(): Promise<void> {
    const worker = await this.worker?.catch(() => undefined);
    this.worker = this.running = undefined;
    if (!worker) return;
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close');
    await ended;
    clearTimeout(timer);
  }

  private spawn(): Promise<Worker> {
    const worker = new Worker(join(__dirname, 'pglite.worker.js'), {
      workerData: this.options,
      stdout: true,
      stderr: true,
    });
    let complaint = '';
    worker.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2_000)));
    worker.stdout.resume();
    return new Promise<Worker>((resolve, reject) => {
      let cause: Error | undefined;
      worker.on('message', (message: Answer) => {
        if (message === 'ready') resolve((this.running = worker));
        else if (message !== 'closed') this.listeners.get(message[0])?.answer(Buffer.from(message[1].buffer));
      });
      worker.on('error', (error) => (cause = error));
      worker.on('exit', () => {
        const reason = [cause?.message, complaint.trim()].filter(Boolean).join(': ') || 'its thread ended';
        const error = new Error(`lost the connection to the embedded database: ${reason}`, { cause });
        reject(error);
        if (this.worker) this.died(error);
      });
    });
  }

  private died(error: Error): void {
    this.worker = this.running = undefined;
    this.hasDied = true;
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    for (const listener of listeners) listener.lost(error);
  }
}
