export { Coordinator } from './coordinator';
export type { CoordinatorOptions } from './coordinator';
export { CoordinatorModule } from './coordinator.module';
export type { CoordinatorModuleOptions } from './coordinator.module';
export { coordinatorConfig } from './config';
export type { CoordinatorConfig } from './config';
export type { Chains } from './events/event-handler';
export type { CoordinatorLog } from './log';
