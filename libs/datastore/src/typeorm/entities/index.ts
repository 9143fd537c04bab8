import { ApiTokenEntity } from './api-token.entity';
import { JobEntity, JobPermissionEntity, JobProgressEntity } from './job.entity';
import { NodeEntity } from './node.entity';
import { OutboxEntity } from './outbox.entity';
import { RoleEntity, UserRoleEntity } from './role.entity';
import { ScheduledJobEntity, ScheduledJobPermissionEntity } from './scheduled-job.entity';
import { TaskEntity } from './task.entity';
import { TaskLogPartEntity } from './task-log-part.entity';
import { UserEntity } from './user.entity';
import { WebhookDeliveryEntity, WebhookLaneEntity } from './webhook.entity';

export type { StoredJobDocument } from './job.entity';
export type { StoredComposite } from './task.entity';
export type { StoredRequest } from './webhook.entity';
export {
  ApiTokenEntity,
  JobEntity,
  JobPermissionEntity,
  JobProgressEntity,
  NodeEntity,
  OutboxEntity,
  RoleEntity,
  ScheduledJobEntity,
  ScheduledJobPermissionEntity,
  TaskEntity,
  TaskLogPartEntity,
  UserEntity,
  UserRoleEntity,
  WebhookDeliveryEntity,
  WebhookLaneEntity,
};

export const ENTITIES = [
  ApiTokenEntity,
  JobEntity,
  JobPermissionEntity,
  JobProgressEntity,
  NodeEntity,
  OutboxEntity,
  RoleEntity,
  ScheduledJobEntity,
  ScheduledJobPermissionEntity,
  TaskEntity,
  TaskLogPartEntity,
  UserEntity,
  UserRoleEntity,
  WebhookDeliveryEntity,
  WebhookLaneEntity,
];
