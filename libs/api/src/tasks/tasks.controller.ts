import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Task, TaskNotFoundError, toWireLogPart, toWirePage, toWireTask } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';
import type { FastifyRequest } from 'fastify';
import { Id } from '../http/id';
import { LOG_PAGES, pageRequest } from '../http/paging';
import type { Query } from '../http/query';
import { Documented } from '../openapi/documented';
import { ReadChains } from '../read-chains';

const ID = { name: 'id', description: 'Id of the task.' };
const NOT_FOUND = 'There is no such task.';

@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(
    @Inject(DATASTORE) private readonly datastore: Datastore,
    @Inject(ReadChains) private readonly chains: ReadChains,
  ) {}

  @Get(':id')
  @Documented({ summary: 'A task of a job', param: ID, answer: 'Task', errors: { 404: NOT_FOUND } })
  async get(@Id() id: string) {
    return toWireTask(await this.chains.task(await this.task(id)));
  }

  @Get(':id/log')
  @Documented({
    summary: 'The output of a task, newest first',
    param: ID,
    pages: { maxSize: LOG_PAGES.maxSize, search: 'Words of the output.' },
    answer: 'LogPage',
    errors: { 404: `${NOT_FOUND} Or \`page\` or \`size\` is no integer.` },
  })
  async log(@Id() id: string, @Req() request: FastifyRequest) {
    const pageAsked = pageRequest(request.query as Query, LOG_PAGES);
    const { jobId } = await this.task(id);
    const page = await this.datastore.taskLog(id, pageAsked);
    return toWirePage(await this.chains.log(page, jobId), toWireLogPart);
  }

  private async task(id: string): Promise<Task> {
    const task = await this.datastore.task(id);
    if (!task) throw new TaskNotFoundError(id);
    return task;
  }
}
