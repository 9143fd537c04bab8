/** Injection token of the process's Logger. */
export const API_LOG = Symbol('API_LOG');
/** Injection token of the version that `GET /health` and the API document show. */
export const API_VERSION = Symbol('API_VERSION');
/** Injection token of the {@link ApiOptions}. */
export const API_OPTIONS = Symbol('API_OPTIONS');
