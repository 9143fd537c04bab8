/** One passage through a link, as {@link ChainWatch} follows it. */
export interface Visit {
  /** The link called `next`: the time until {@link enter} is spent in other hands. */
  leave(): void;
  /** `next` came back. */
  enter(): void;
  /** The link settled. */
  end(): void;
}

export interface ChainWatchOptions {
  /** How long a link may take by itself, the time inside `next` not counted. Default 30,000. */
  afterMs?: number;
  /** Called once for each passage that takes longer, with the link's name and how long it has taken so far. */
  report(middleware: string, forMs: number): void;
}

/** Where in a passage its time is counted; `sinceMs` is undefined while the rest of the chain has it. */
interface Passage {
  readonly name: string;
  sinceMs: number | undefined;
}

/**
 * Notices links that do not settle: a chain that waits for ever holds a task, a job or a heartbeat, and nothing else
 * says so. One timer serves all passages, and it runs only while there are any.
 */
export class ChainWatch {
  private readonly passages = new Set<Passage>();
  private readonly afterMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ChainWatchOptions) {
    this.afterMs = options.afterMs ?? 30_000;
  }

  /** A passage begins. Its owner ends it. */
  enter(name: string): Visit {
    const passage: Passage = { name, sinceMs: performance.now() };
    this.passages.add(passage);
    this.timer ??= setInterval(() => this.look(), Math.max(1, this.afterMs / 4)).unref();
    return {
      leave: () => void (passage.sinceMs = undefined),
      enter: () => void (passage.sinceMs = performance.now()),
      end: () => void this.passages.delete(passage),
    };
  }

  private look(): void {
    const now = performance.now();
    for (const passage of this.passages) {
      if (passage.sinceMs === undefined || now - passage.sinceMs < this.afterMs) continue;
      this.passages.delete(passage);
      this.options.report(passage.name, Math.round(now - passage.sinceMs));
    }
    if (this.passages.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
