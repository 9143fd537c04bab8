import type { RunnableTask } from '@tork/core';
import { DockerRuntime } from '../docker';
import type { Runtime } from '../runtime';
import { ShellRuntime } from '../shell';

const ADAPTERS: Record<string, new (options: object) => Runtime> = { docker: DockerRuntime, shell: ShellRuntime };

/**
 * A process that runs one task and repeats its output: `node run-one-task.js <adapter> <options> <task>`, the latter
 * two as JSON. For tests that kill it.
 */
async function main([adapter, options, task]: string[]): Promise<void> {
  const runtime = new ADAPTERS[adapter!]!(JSON.parse(options!) as object);
  await runtime.start();
  const io = { output: (chunk: Uint8Array) => void process.stdout.write(chunk), progress: () => undefined };
  await runtime.run(JSON.parse(task!) as RunnableTask, io, new AbortController().signal);
}

void main(process.argv.slice(2));
