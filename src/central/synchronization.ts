import { plural } from "../base/units.ts";
import { isBehind } from "./member.ts";
import type { Registry } from "./registry.ts";

/** Most secondaries named in a sentence. */
const NAMED = 10;

/**
 * What keeps the cluster from being in step for the first time: fewer than `wanted` secondaries, or files that have
 * not been copied everywhere. Null when nothing does. A file that nobody who is there holds keeps nobody waiting, nor
 * does a copy that cannot be made until somebody removes an obstacle.
 */
export function missingForSync(registry: Registry, wanted: number): string | null {
  const there = registry.members().filter(({ state }) => state !== "lost");
  if (there.length < wanted) {
    const missing = wanted - there.length;
    return `${there.length} of ${plural(wanted, "secondary", "secondaries")} registered, ${missing} missing`;
  }
  const announcing = there.filter(({ state }) => state === "announcing").map(({ number }) => number);
  if (announcing.length > 0) {
    const more = announcing.length > NAMED ? " and others" : "";
    return `secondary ${announcing.slice(0, NAMED).join(", ")}${more} has not told all that it holds yet`;
  }
  const copies = there.reduce((sum, { needs }) => sum + needs.open, 0);
  if (copies > 0) return `${plural(copies, "copy", "copies")} of files still to be made`;
  return there.some(isBehind) ? "what the secondaries hold is still being compared" : null;
}

/** What keeps a cluster that was in step once from being served. Null when nothing does. */
export function missingToServe(registry: Registry): string | null {
  const members = registry.members();
  if (members.some(({ state }) => state === "live")) return null;
  const announcing = members.find(({ state }) => state === "announcing");
  if (announcing) return `secondary ${announcing.number} has not told all that it holds yet`;
  // What the lost ones held is still known, and a client may wait for them to come back.
  return registry.files > 0 ? null : "no secondary is registered";
}
