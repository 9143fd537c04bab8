/** What a process does: everything, the coordinator with the API, or one role alone. */
export const MODES = ['standalone', 'coordinator', 'worker', 'api'] as const;
export type Mode = (typeof MODES)[number];

export const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);

/** The roles that each mode starts. `coordinator` brings the API with it, as in the original. */
export const ROLES: Record<Mode, { coordinator: boolean; api: boolean; worker: boolean }> = {
  standalone: { coordinator: true, api: true, worker: true },
  coordinator: { coordinator: true, api: true, worker: false },
  worker: { coordinator: false, api: false, worker: true },
  api: { coordinator: false, api: true, worker: false },
};
