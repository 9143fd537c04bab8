import { abortable } from '../../abortable';

export type Output = (line: string) => void;

/** Work that is done once for any number of runs which wait for it, and given up when none does any more. */
export class SharedWork {
  private readonly control = new AbortController();
  private readonly outputs = new Set<Output>();
  private readonly done: Promise<void>;

  /** @param onEnd called when it is over, however */
  constructor(work: (output: Output, signal: AbortSignal) => Promise<void>, onEnd: () => void) {
    const output: Output = (line) => this.outputs.forEach((listener) => listener(line));
    this.done = work(output, this.control.signal).finally(onEnd);
    this.done.catch(() => undefined); // those who wait are told
  }

  /** Nobody waits for it any more: who needs it has to begin anew. */
  get isGivenUp(): boolean {
    return this.control.signal.aborted;
  }

  /** Waits for the end, with the output from now on. An abort of `signal` ends the wait only. */
  async wait(output: Output, signal: AbortSignal): Promise<void> {
    const listener: Output = (line) => output(line);
    this.outputs.add(listener);
    try {
      await abortable(this.done, signal);
    } finally {
      this.outputs.delete(listener);
      if (this.outputs.size === 0) this.control.abort();
    }
  }
}
