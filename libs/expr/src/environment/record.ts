import type { Type } from '../types/type';

/** A context value of which all members are known: see `record`. */
export class HostRecord {
  /** Its static type, once somebody asked for it. */
  type?: Type;

  constructor(readonly members: Readonly<Record<string, unknown>>) {}
}

/**
 * Marks a context value as record: naming a member that it does not have is an error before the run, and the types of
 * its members are known. Members that are null may be of any type. Below the top of a context it is a map like others.
 */
export function record(members: Readonly<Record<string, unknown>>): HostRecord {
  return new HostRecord(members);
}
