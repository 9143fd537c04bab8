/** Arithmetic of the proleptic Gregorian calendar, exact for every year that a safe integer of seconds reaches. */

export const SECONDS_A_DAY = 86_400;

export interface CivilDate {
  readonly year: number;
  /** January is 1. */
  readonly month: number;
  readonly day: number;
}

/** Days from 1970-01-01 to a date; month and day may be out of range and carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const monthIndex = month - 1;
  const carriedYear = year + Math.floor(monthIndex / 12);
  const carriedMonth = (((monthIndex % 12) + 12) % 12) + 1;
  // Years begin in March here, so that the leap day is their last.
  const shifted = carriedMonth <= 2 ? carriedYear - 1 : carriedYear;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (carriedMonth > 2 ? carriedMonth - 3 : carriedMonth + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The date that many days after 1970-01-01. */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  return daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

export function daysInYear(year: number): number {
  return daysFromCivil(year + 1, 1, 1) - daysFromCivil(year, 1, 1);
}
