import type { KeptAnswer } from "../../../http/api/central-answers.ts";

export type ShownKeptVersion = KeptAnswer["versions"][number];

/** Those whose name has this in it; upper and lower case are the same. */
export function withName(versions: readonly ShownKeptVersion[], search: string): readonly ShownKeptVersion[] {
  const wanted = search.trim().toLowerCase();
  return wanted === "" ? versions : versions.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** What tells a kept version from all others. */
export function keyOf({ name, id, version, at }: ShownKeptVersion): string {
  return `${name} ${id} ${version} ${at}`;
}
