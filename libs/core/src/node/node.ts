/** `UP` or `DOWN` as reported by the node; `OFFLINE` is computed on read, see {@link nodeStatusAt}. */
export type NodeStatus = 'UP' | 'DOWN' | 'OFFLINE';

/** A worker or coordinator process, as it describes itself in its heartbeats. */
export interface Node {
  /** Short UUID, 22 characters. New with every start of the process. */
  id: string;
  name: string;
  startedAt: Date;
  lastHeartbeatAt: Date;
  /** 0…100, of all cores, since the last heartbeat. */
  cpuPercent?: number;
  /** The private queue of a worker, `x-<id>`. Coordinators have none. */
  queue?: string;
  status: NodeStatus;
  hostname?: string;
  port?: number;
  /** Tasks that a worker runs at the moment. */
  taskCount?: number;
  version: string;
}

/** A hand-out of a task that a worker holds: the proof of life that a heartbeat carries for each running task. */
export interface HeldTask {
  jobId: string;
  taskId: string;
  attempt: number;
}

/** What a node sends every few seconds. A worker lists what it holds, so that a lost message about a task is noticed. */
export interface Heartbeat extends Node {
  /** Absent for coordinators. */
  held?: HeldTask[];
}

/** A node that reported `UP` is shown `OFFLINE` when it was silent for longer than this. */
export const OFFLINE_AFTER_MS = 60_000;
/** Nodes silent for longer than this are neither listed nor counted. */
export const LISTED_FOR_MS = 5 * 60_000;

/** The status that the API shows for a node at a given time. */
export function nodeStatusAt(node: Pick<Node, 'status' | 'lastHeartbeatAt'>, now: Date): NodeStatus {
  const silentMs = now.getTime() - node.lastHeartbeatAt.getTime();
  return node.status === 'UP' && silentMs > OFFLINE_AFTER_MS ? 'OFFLINE' : node.status;
}
