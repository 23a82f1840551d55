import { checkPreconditions } from "../files/preconditions.ts";

/** The headers of a request that say what a file may replace, by their names in lower case. */
export type PutConditions = Readonly<Record<string, string>>;

const CONDITIONS = ["if-match", "if-none-match", "if-unmodified-since"] as const;

/** The version that a name has. */
export interface CurrentVersion {
  readonly id: string;
  /** Microseconds since 1970; null: not known. */
  readonly modified: number | null;
}

export function conditionsIn(headers: Pick<Headers, "get">): PutConditions {
  return Object.fromEntries(
    CONDITIONS.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/**
 * What a file may replace (RFC 9110, section 13.2.2): `base` is the only version, null where the name must stay free until then;
 * absent without a condition, where it is whatever is there. Null: a condition is not met. `current`: null where the name is free.
 */
export function replaceable(
  conditions: PutConditions,
  current: CurrentVersion | null,
): { base?: string | null } | null {
  const get = (name: string) => conditions[name] ?? null;
  if (CONDITIONS.every((name) => get(name) === null)) return {};
  if (!current) return get("if-match") === null ? { base: null } : null;
  const { id, modified } = current;
  const validators = { etag: `"${id}"`, lastModified: modified === null ? null : Math.floor(modified / 1_000_000) };
  return checkPreconditions({ get }, validators) === "proceed" ? { base: id } : null;
}
