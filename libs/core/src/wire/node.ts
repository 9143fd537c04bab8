import { nodeStatusAt } from '../node/node';
import type { Node } from '../node/node';
import { always, optional, show, time } from './shape';
import type { WireObject, WireShape } from './shape';

const NODE: WireShape<Node> = {
  id: optional,
  name: optional,
  cpuPercent: optional,
  queue: optional,
  status: optional,
  hostname: optional,
  port: optional,
  taskCount: optional,
  startedAt: time,
  lastHeartbeatAt: time,
  version: always,
};

/** A node as it is seen at a given time: one that has been silent for too long is `OFFLINE`. */
export const toWireNode = (node: Node, now: Date): WireObject =>
  show({ ...node, status: nodeStatusAt(node, now) }, NODE);
