import { Engine, runService } from '@tork/engine';

void runService(new Engine({ mode: 'coordinator', api: false }));
