import { list } from '@tork/config';
import { z } from 'zod';

/** A variable of the worker's environment, and what tasks know it by. */
export interface HostVariable {
  name: string;
  alias: string;
}

/** The keys `middleware.task.hostenv.*`. */
export const hostEnvConfig = z.strictObject({
  /** Variables that tasks get from their worker's environment, each `NAME` or `NAME:ALIAS`. */
  vars: list.prefault([]).transform((specs, context) => {
    const variables: HostVariable[] = [];
    for (const [index, spec] of specs.entries()) {
      const variable = hostVariableOf(spec);
      if (variable) variables.push(variable);
      else context.addIssue({ code: 'custom', path: [index], message: `invalid env var spec: ${spec}` });
    }
    return variables;
  }),
});
export type HostEnvConfig = z.output<typeof hostEnvConfig>;

function hostVariableOf(spec: string): HostVariable | undefined {
  const [name = '', alias = name, ...more] = spec.split(':').map((word) => word.trim());
  return name === '' || more.length > 0 ? undefined : { name, alias: alias || name };
}
