import { cli } from './cli';

void cli().run();
