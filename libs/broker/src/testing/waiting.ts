/** Holds up a handler until a test lets it go. */
export class Gate {
  readonly passed: Promise<void>;
  open!: () => void;

  constructor() {
    this.passed = new Promise((resolve) => (this.open = resolve));
  }
}

/** What happened, in order, for a test that waits until enough has. */
export class Journal<T> {
  readonly entries: T[] = [];
  private readonly waiting = new Set<() => void>();

  add(entry: T): void {
    this.entries.push(entry);
    for (const look of [...this.waiting]) look();
  }

  /** Resolves with all entries as soon as there are `count`. */
  async reaches(count: number): Promise<T[]> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.entries.length < count) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
    return [...this.entries];
  }
}
