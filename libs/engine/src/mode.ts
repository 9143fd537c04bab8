/** What a process does: everything, the coordinator with the API, or one role alone. */
export const MODES = ['standalone', 'coordinator', 'worker', 'api'] as const;
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number];

/** Whether a text, such as an argument of the command line, is a mode. */
export const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);

export interface Roles {
  readonly coordinator: boolean;
  readonly api: boolean;
  readonly worker: boolean;
}

/** The roles that each mode starts. `coordinator` brings the API with it, as in the original. */
const ROLES: Record<Mode, Roles> = {
  standalone: { coordinator: true, api: true, worker: true },
  coordinator: { coordinator: true, api: true, worker: false },
  worker: { coordinator: false, api: false, worker: true },
  api: { coordinator: false, api: true, worker: false },
};

/** `api: false` leaves the API to another process. */
export const rolesOf = (mode: Mode, { api = true }: { api?: boolean } = {}): Roles => ({
  ...ROLES[mode],
  api: ROLES[mode].api && api,
});
