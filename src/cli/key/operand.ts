import { RIGHTS, type Rights } from "../../protocol/rights.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";

/** Ten years: whoever wants more wants the cluster key. */
export const MAX_DAYS = 3650;

/** The one argument that is no flag, which help calls `name`; `todo` says what to give. */
export function operand(values: Values, name: string, todo: string): string {
  const [value, extra] = values.positionals;
  if (value === undefined || value === "") throw new UsageError(`${name} is missing: ${todo}`);
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}: there is one ${name} only`);
  return value;
}

/** The value of a flag that must be given; `todo` says what to give. */
export function neededFlag(values: Values, flag: string, todo: string): string {
  if (!values.has(flag)) throw new UsageError(`--${flag} is missing: ${todo}`);
  return values.text(flag, "");
}

/** What is to be given: for reading where nothing is said. */
export function rightsIn(values: Values): Rights {
  const [rights = "read", other] = RIGHTS.filter((each) => values.has(each));
  if (other === undefined) return rights;
  throw new UsageError(`${values.written(rights)} and ${values.written(other)}: give one of them`);
}
