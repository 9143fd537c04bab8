import { Controller, Delete, Get, Inject } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { BROKER, type Broker } from '@tork/broker';
import { isTaskQueue, type QueueInfo, QueueNotFoundError } from '@tork/core';
import type { Logger } from '@tork/observability';
import { Documented } from '../openapi/documented';
import { Id } from '../http/id';
import { API_LOG } from '../tokens';
import { BrokerRequestError, NotATaskQueueError } from './errors';

const NAME = { name: 'name', description: 'Name of the queue.' };

@ApiTags('queues')
@Controller('queues')
export class QueuesController {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(API_LOG) private readonly log: Logger,
  ) {}

  @Get()
  @Documented({
    summary: 'All queues, by name',
    answer: 'Queues',
    errors: { 400: 'The broker could not say.' },
  })
  async list(): Promise<QueueInfo[]> {
    return this.ask(this.broker.queues());
  }

  @Get(':name')
  @Documented({
    summary: 'A queue',
    param: NAME,
    answer: 'Queue',
    errors: { 404: 'There is no such queue, or the broker could not say.' },
  })
  async get(@Id('name') name: string): Promise<QueueInfo> {
    const queue = await this.broker.queue(name).catch((error: unknown) => {
      this.log.warn({ error, queue: name }, 'queue not read');
    });
    if (!queue) throw new QueueNotFoundError(name);
    return queue;
  }

  @Delete(':name')
  @RouteConfig({ anyContentType: true })
  @Documented({
    summary: 'Deletes a task queue with what waits in it',
    param: NAME,
    errors: { 400: 'Not a queue of tasks, or the broker could not delete it.', 404: 'There is no such queue.' },
  })
  async delete(@Id('name') name: string): Promise<void> {
    if (!isTaskQueue(name)) throw new NotATaskQueueError(name);
    await this.get(name);
    if (!(await this.ask(this.broker.deleteQueue(name)))) throw new QueueNotFoundError(name);
  }

  private async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new BrokerRequestError(error);
    }
  }
}
