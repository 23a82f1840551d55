import { plural } from "../platform/units.ts";
import { isBehind, type Member } from "./registry/member.ts";
import type { Registry } from "./registry/registry.ts";

/** Most secondaries named in a sentence. */
const MAX_NUMBERS_NAMED = 10;

/**
 * What keeps the cluster from being in step for the first time: fewer than `wanted` secondaries, or files that have
 * not been copied everywhere. Null when nothing does. A file that nobody who is there holds keeps nobody waiting, nor
 * does what a secondary's disk refuses until somebody removes an obstacle.
 */
export function missingForSync(registry: Registry, wanted: number): string | null {
  const members = registry.members();
  const there = members.filter(({ state }) => state !== "lost");
  if (there.length < wanted) {
    const away = withoutDisk(members);
    const missing = wanted - there.length - away.length;
    const all = `${there.length} of ${plural(wanted, "secondary", "secondaries")}`;
    if (away.length === 0) return `${all} registered, ${missing} missing`;
    const rest = missing > 0 ? `, ${missing} not registered` : "";
    return `${all} sharing their folders${rest}; ${diskMissing(away)}`;
  }
  const announcing = there.filter(({ state }) => state === "announcing").map(({ number }) => number);
  if (announcing.length > 0) {
    return `${secondaryOf(announcing)} has not told all that it holds yet`;
  }
  const copies = there.reduce((sum, { needs }) => sum + needs.pendingCount, 0);
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
  if (registry.files > 0) return null;
  const away = withoutDisk(members);
  return away.length > 0 ? diskMissing(away) : "no secondary is registered";
}

/** Numbers of those that are connected, and whose shared folder is not there. */
function withoutDisk(members: readonly Member[]): number[] {
  return members.filter(({ diskAway }) => diskAway !== null).map(({ number }) => number);
}

function diskMissing(numbers: readonly number[]): string {
  return `the disk of ${secondaryOf(numbers)} is missing`;
}

function secondaryOf(numbers: readonly number[]): string {
  const more = numbers.length > MAX_NUMBERS_NAMED ? " and others" : "";
  return `secondary ${numbers.slice(0, MAX_NUMBERS_NAMED).join(", ")}${more}`;
}
