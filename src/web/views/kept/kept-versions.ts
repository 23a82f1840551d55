import type { KeptAnswer } from "../../../http/api/central-answers.ts";

export type KeptVersion = KeptAnswer["versions"][number];

/** Those whose name has this in it; upper and lower case are the same. */
export function withName(versions: readonly KeptVersion[], search: string): readonly KeptVersion[] {
  const wanted = search.trim().toLowerCase();
  return wanted === "" ? versions : versions.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** What tells a kept version from all others. */
export function keyOf({ name, id, version, at }: KeptVersion): string {
  return `${name} ${id} ${version} ${at}`;
}
