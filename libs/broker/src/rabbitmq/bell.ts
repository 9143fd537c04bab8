import { setMaxListeners } from 'node:events';

/** Wakes whoever waits for a change. They look themselves whether it is the one that they wait for. */
export class Bell {
  private readonly waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves at the next ring, or when the signal is aborted. */
  async next(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    if (signal) setMaxListeners(0, signal); // there may be as many as there are slots
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }
}
