import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('tasks_log_parts')
export class TaskLogPartEntity {
  @Column('text')
  id!: string;

  @PrimaryColumn('text', { name: 'task_id' })
  taskId!: string;

  @PrimaryColumn('int')
  attempt!: number;

  /** From 1 within the attempt, as shipped. */
  @PrimaryColumn('int')
  sequence!: number;

  /** From 1, continued over the attempts of a task: what users see. */
  @Column('int')
  number!: number;

  @Column('text')
  contents!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
