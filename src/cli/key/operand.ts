import { RIGHTS, type Rights } from "../../protocol/rights.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";

/** Ten years: whoever wants more wants the cluster key. */
export const MAX_DAYS = 3650;

/** The one argument that is no flag, which help calls `name`; `todo` says what to give. */
export function operand(values: Values, name: "FILE" | "FINGERPRINT" | "N" | "NAME", todo: Told): string {
  const [value, extra] = values.positionals;
  if (value === undefined || value === "")
    throw new UsageError(say("{name} is missing: {todo}", { name: say(name), todo }));
  if (extra !== undefined)
    throw new UsageError(say("unexpected argument {extra}: there is one {name} only", { extra, name: say(name) }));
  return value;
}

/** The value of a flag that must be given; `todo` says what to give. */
export function neededFlag(values: Values, flag: string, todo: Told): string {
  if (!values.has(flag)) throw new UsageError(say("--{flag} is missing: {todo}", { flag, todo }));
  return values.text(flag, "");
}

/** What is to be given: for reading where nothing is said. */
export function rightsIn(values: Values): Rights {
  const [rights = "read", other] = RIGHTS.filter((each) => values.has(each));
  if (other === undefined) return rights;
  throw new UsageError(
    say("{one} and {other}: give one of them", { one: values.written(rights), other: values.written(other) }),
  );
}
