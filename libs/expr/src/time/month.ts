import type { Scalar } from '../values/boxes';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** A month of a time: prints as its name, and is no int. */
export class Month implements Scalar {
  /** January is 1. */
  constructor(readonly value: number) {}

  get identity(): string {
    return `month ${this.value}`;
  }

  toString(): string {
    return MONTHS[this.value - 1] ?? '';
  }
}

/** A day of the week: prints as its name, and is no int. */
export class Weekday implements Scalar {
  /** Sunday is 0. */
  constructor(readonly value: number) {}

  get identity(): string {
    return `weekday ${this.value}`;
  }

  toString(): string {
    return WEEKDAYS[this.value] ?? '';
  }
}
