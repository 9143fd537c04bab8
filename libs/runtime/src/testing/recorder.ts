import type { TaskIo } from '../runtime';

/** Keeps what a task says. */
export class Recorder implements TaskIo {
  readonly progressed: number[] = [];
  private readonly chunks: Buffer[] = [];
  private readonly listeners = new Set<() => void>();

  output(chunk: Uint8Array): void {
    this.chunks.push(Buffer.from(chunk));
    for (const listener of this.listeners) listener();
  }

  progress(percent: number): void {
    this.progressed.push(percent);
    for (const listener of this.listeners) listener();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Resolves once the output holds `text`. */
  said(text: string): Promise<void> {
    return this.until(() => this.text.includes(text));
  }

  /** Resolves once a progress was reported. */
  progressReported(percent: number): Promise<void> {
    return this.until(() => this.progressed.includes(percent));
  }

  private until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        if (!holds()) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
      listener();
    });
  }
}
