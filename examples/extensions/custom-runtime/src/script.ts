import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is started with. */
export interface Script {
  /** The body of an asynchronous function of `files`, `progress` and `require`. */
  source: string;
  /** Texts by file name. */
  files: Record<string, string>;
}

/** What the thread has to say; what the script prints goes through its streams. */
export type FromScript = { type: 'progress'; percent: number } | { type: 'result'; result?: string };

const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

/** The entry point of the thread. A script that throws ends the thread with its error. */
async function main({ files, source }: Script): Promise<void> {
  const tell = (message: FromScript) => parentPort?.postMessage(message);
  const progress = (percent: number) => tell({ type: 'progress', percent });
  const script = AsyncFunction('files', 'progress', 'require', source);
  const value: unknown = await script(files, progress, createRequire(join(process.cwd(), 'script.js')));
  tell({ type: 'result', result: value === undefined || typeof value === 'string' ? value : JSON.stringify(value) });
  process.exit(); // what the script left open, a timer or a server, ends with it
}

void main(workerData as Script);
