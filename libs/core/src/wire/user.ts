import { GUEST_USERNAME } from '../user/user';
import type { Role, User } from '../user/user';
import { optional, show, time } from './shape';
import type { WireObject, WireShape } from './shape';

const USER: WireShape<User> = {
  id: optional,
  name: optional,
  username: optional,
  createdAt: time,
  disabled: optional,
};

export const ROLE: WireShape<Role> = { id: optional, slug: optional, name: optional, createdAt: time };

/** A user. The guest is always shown as disabled: nobody can log in as it. */
export const toWireUser = (user: User): WireObject =>
  show(user.username === GUEST_USERNAME ? { ...user, disabled: true } : user, USER);
