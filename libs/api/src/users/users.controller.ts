import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { parseUserDocument, toWireUser, type User } from '@tork/core';
import { DATASTORE, type Datastore, DuplicateError } from '@tork/datastore';
import type { FastifyRequest } from 'fastify';
import { MAX_PASSWORD_BYTES, Passwords } from '../auth/passwords';
import { Documented } from '../openapi/documented';
import { InvalidUserError } from './errors';

/** In characters, as for the names of jobs. */
const MAX_NAME = 256;

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    @Inject(DATASTORE) private readonly datastore: Datastore,
    @Inject(Passwords) private readonly passwords: Passwords,
  ) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ anyContentType: true })
  @Documented({
    summary: 'Makes a user',
    takes: 'UserDocument',
    answer: 'User',
    errors: { 400: 'The user name or password is missing or not to be had.' },
  })
  async create(@Req() request: FastifyRequest) {
    const document = parseUserDocument((request.body as Buffer | undefined) ?? '');
    const username = document.username?.trim() ?? '';
    const password = document.password?.trim() ?? '';
    if (username === '') throw new InvalidUserError('must provide username');
    if (password === '') throw new InvalidUserError('must provide password');
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new InvalidUserError('invalid password');
    const name = document.name ?? '';
    for (const [field, text] of Object.entries({ username, name })) {
      if ([...text].length > MAX_NAME) throw new InvalidUserError(`${field} must have at most ${MAX_NAME} characters`);
    }
    // Also whom it is the id of: elsewhere, users are found by either.
    if (await this.datastore.user(username)) throw taken();
    const { disabled } = document;
    const user: User = { id: newId(), name, username, createdAt: new Date(), ...(disabled && { disabled }) };
    try {
      await this.datastore.createUser({ ...user, passwordHash: await this.passwords.hash(password) });
    } catch (error) {
      throw error instanceof DuplicateError ? taken({ cause: error }) : error;
    }
    request.subject = username;
    return toWireUser(user);
  }
}

const newId = (): string => randomUUID().replaceAll('-', '');
const taken = (options?: ErrorOptions) => new InvalidUserError('user already exists', options);
