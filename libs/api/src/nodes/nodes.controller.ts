import { Controller, Get, Inject } from '@nestjs/common';
import { LISTED_FOR_MS, nodeStatusAt } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';

@Controller('nodes')
export class NodesController {
  constructor(@Inject(DATASTORE) private readonly datastore: Datastore) {}

  @Get()
  async list() {
    const now = new Date();
    const nodes = await this.datastore.nodes(new Date(now.getTime() - LISTED_FOR_MS));
    return nodes.map((node) => ({ ...node, status: nodeStatusAt(node, now) }));
  }
}
