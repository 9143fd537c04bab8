/** A context on its way through a chain, as {@link ChainWatch} follows it. */
export interface Passage {
  readonly context: unknown;
  /** The link that has the context, by name; `undefined` while the handler behind the chain has it. */
  readonly holder: string | undefined;
  /** Since when, on the clock of the watch. */
  readonly heldSince: number;
  /** When it began, on the same clock. */
  readonly begunAt: number;
  /** How long it may last as a whole; `expire` is called once when it lasts longer. */
  readonly limit?: { readonly ms: number; expire(): void };
}

export interface ChainWatchOptions {
  /** How long a link may take by itself, the time inside `next` not counted. Default 30,000. */
  afterMs?: number;
  /**
   * Called once for each passage in which a link takes longer, with the link's name, how long it has taken so far, and
   * the context that it has. It comes up to a fifth of `afterMs` late, never early.
   */
  report(middleware: string, forMs: number, context: unknown): void;
}

/**
 * Notices links that do not settle: a chain that waits for ever holds a task, a job, a request or a heartbeat, and
 * nothing else says so. One timer serves all passages, and it runs only while there are any.
 */
export class ChainWatch {
  private readonly passages = new Set<Passage>();
  /** Those of them whose link was reported. */
  private readonly reported = new WeakSet<Passage>();
  private readonly afterMs: number;
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout | undefined;
  private coarseNow = 0;

  constructor(private readonly options: ChainWatchOptions) {
    this.afterMs = options.afterMs ?? 30_000;
    this.intervalMs = Math.max(1, this.afterMs / 10);
  }

  /**
   * The time of the last look. Every link of every chain is timed by it, which costs nothing; to ask the system's clock
   * each time would cost more than a link that only passes on.
   */
  get now(): number {
    return this.coarseNow;
  }

  /** A passage begins. Its owner ends it with {@link end}. */
  begin(passage: Passage): void {
    this.passages.add(passage);
    if (this.timer) return;
    this.coarseNow = performance.now();
    this.timer = setInterval(() => this.look(), this.intervalMs).unref();
  }

  /** It has settled. */
  end(passage: Passage): void {
    this.passages.delete(passage);
  }

  private look(): void {
    this.coarseNow = performance.now();
    for (const passage of this.passages) {
      const { begunAt, context, heldSince, holder, limit } = passage;
      const forMs = this.coarseNow - heldSince;
      // The link may have begun up to one look later than it says.
      if (holder !== undefined && forMs >= this.afterMs + this.intervalMs && !this.reported.has(passage)) {
        this.reported.add(passage);
        this.options.report(holder, Math.round(forMs), context);
      }
      if (limit && this.coarseNow - begunAt >= limit.ms) {
        this.passages.delete(passage);
        limit.expire();
      }
    }
    if (this.passages.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
