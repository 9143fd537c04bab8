import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TorkModule } from '@tork/engine';
import { RATE, UserRateGuard } from './user-rate.guard';
import type { Rate } from './user-rate.guard';

const rate: Rate = { requests: Number(process.env.RATE_REQUESTS ?? 10), seconds: 60 };

/** A guard of the application is one of every controller, those of Tork's API included. */
@Module({
  imports: [TorkModule.forRoot({ mode: 'standalone' })],
  providers: [
    { provide: RATE, useValue: rate },
    { provide: APP_GUARD, useClass: UserRateGuard },
  ],
})
export class AppModule {}
