import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LISTED_FOR_MS, toWireNode } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';
import { Documented } from '../openapi/documented';

@ApiTags('nodes')
@Controller('nodes')
export class NodesController {
  constructor(@Inject(DATASTORE) private readonly datastore: Datastore) {}

  @Get()
  @Documented({ summary: 'Workers and coordinators heard of in the last five minutes, by name', answer: 'Nodes' })
  async list() {
    const now = new Date();
    const nodes = await this.datastore.nodes(new Date(now.getTime() - LISTED_FOR_MS));
    return nodes.map((node) => toWireNode(node, now));
  }
}
