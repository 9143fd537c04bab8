/**
 * `ANY (…)` of an array parameter, in a form whose length the planner cannot see. If it saw it, a plan made for this one
 * short array would look cheaper than the prepared one, and the statement would be planned anew each time: a quarter of
 * Postgres' time for a batch of one.
 */
export const anyOf = (parameter: string, type: string): string => `ANY (ARRAY(SELECT unnest(${parameter}::${type}[])))`;
