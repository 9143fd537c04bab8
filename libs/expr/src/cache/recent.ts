/** A cache that forgets what was not used for the longest time once its weight exceeds a bound. */
export class Recent<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly weight: number }>();
  private weight = 0;

  constructor(private readonly maxWeight: number) {}

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    // The order of a Map is that of insertion: what is used moves to the end, once it matters.
    if (this.weight > this.maxWeight / 2) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry.value;
  }

  /** `weight` is what the entry takes, in the unit of the bound. Entries above a tenth of it are not kept. */
  set(key: string, value: V, weight: number): void {
    if (weight > this.maxWeight / 10) return;
    this.delete(key);
    this.entries.set(key, { value, weight });
    this.weight += weight;
    for (const oldest of this.entries.keys()) {
      if (this.weight <= this.maxWeight) return;
      this.delete(oldest);
    }
  }

  private delete(key: string): void {
    this.weight -= this.entries.get(key)?.weight ?? 0;
    this.entries.delete(key);
  }
}
