/** Somebody who may submit jobs. The password hash never leaves the datastore. */
export interface User {
  id: string;
  name: string;
  username: string;
  createdAt: Date;
  disabled?: boolean;
}

/** A group of users, referred to by its slug in permissions. */
export interface Role {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
}

/** Who a job belongs to when nobody is logged in. Seeded by the first migration; cannot log in. */
export const GUEST_USERNAME = 'guest';
