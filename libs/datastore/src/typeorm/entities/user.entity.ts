import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class UserEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { unique: true })
  username!: string;

  @Column('text')
  name!: string;

  /** bcrypt. Absent for those who cannot log in. Read for the comparison alone. */
  @Column('text', { name: 'password_hash', nullable: true, select: false })
  passwordHash!: string | null;

  @Column('bool', { default: false })
  disabled!: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
