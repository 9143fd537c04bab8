import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A message that is committed with the state it speaks of, and deleted once the broker has confirmed it. */
@Entity('outbox')
export class OutboxEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column('text')
  queue!: string;

  @Column('int', { nullable: true })
  priority!: number | null;

  @Column('timestamptz', { name: 'not_before', nullable: true })
  notBefore!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false })
  createdAt!: Date;

  @Column('json')
  body!: unknown;
}
