import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";

/** The one argument that is no flag, which help calls `name`; `todo` says what to give. */
export function operand(values: Values, name: string, todo: string): string {
  const [value, extra] = values.positionals;
  if (value === undefined || value === "") throw new UsageError(`${name} is missing: ${todo}`);
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}: there is one ${name} only`);
  return value;
}
