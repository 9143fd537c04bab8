/**
 * What several evaluations may use up together, in steps and units of memory; see `Limits` for what each may by itself.
 * Once it is spent, evaluations fail until it is refilled.
 */
export class Budget {
  private left: number;

  constructor(private readonly units: number) {
    this.left = units;
  }

  get remaining(): number {
    return this.left;
  }

  spend(units: number): void {
    this.left -= units;
  }

  refill(): void {
    this.left = this.units;
  }
}
