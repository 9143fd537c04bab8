import { TaskFailedError } from '../../errors';

/** The name of an image, taken apart. */
export interface ImageReference {
  /** As the daemon gets it: with a tag or a digest. */
  name: string;
  /** The registry that the name itself names, e.g. `ghcr.io` or `localhost:5000`. */
  host: string | undefined;
  /** The name without tag and digest. */
  repository: string;
  /** The digest, else the tag, which is `latest` unless given. */
  version: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = `${COMPONENT}(?:/${COMPONENT})*`;
const TAG = '\\w[\\w.-]{0,127}';
const DIGEST = 'sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}';
const WITHOUT_HOST = new RegExp(`^(?<path>${PATH})(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`);

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:]+\\])(?::\\d+)?$`);

/** Registries take no longer names. Also bounds what the patterns have to look at. */
const MAX_PATH = 255;
const MAX_REFERENCE = 1000;

/**
 * Takes an image name apart by the rules of Docker: what is before the first slash is a registry only if it has a dot,
 * a port or a capital letter, or is `localhost`.
 *
 * @throws TaskFailedError
 */
export function parseImage(text: string): ImageReference {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  const host = /[.:A-Z]/.test(first) || first === 'localhost' ? first : undefined;
  const rest = host === undefined ? text : text.slice(slash + 1);
  const groups = text.length > MAX_REFERENCE ? undefined : WITHOUT_HOST.exec(rest)?.groups;
  if (!groups?.path || groups.path.length > MAX_PATH || !HOST.test(host ?? 'none')) throw invalid(text);

  const { path, tag = 'latest', digest } = groups;
  const repository = host === undefined ? path : `${host}/${path}`;
  return digest
    ? { name: `${repository}@${digest}`, host, repository, version: digest }
    : { name: `${repository}:${tag}`, host, repository, version: tag };
}

const invalid = (text: string): TaskFailedError =>
  new TaskFailedError(`error pulling image: ${text}: invalid reference format`);
