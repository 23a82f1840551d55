import { formatTime, plural } from "../platform/units.ts";
import type { EndingKey, KnownKey } from "./messages/keys.ts";
import type { Messages } from "./messages/messages.ts";

export const KEY_HEADERS = ["whose", "rights", "until", "seen", "fingerprint", "revoked"] as const;

/** Rows of a table of keys, for people, under {@link KEY_HEADERS}. */
export function keyRows(keys: readonly KnownKey[]): string[][] {
  return [...keys]
    .sort(byOwner)
    .map((key) => [
      owner(key),
      key.rights ?? "",
      key.until === null ? "" : dayOf(key.until),
      seenText(key),
      key.fingerprint,
      key.revoked === null ? "" : formatTime(key.revoked),
    ]);
}

/** That the key of a server ends soon, for people. */
export function endingLine({ number, until }: EndingKey): string {
  const whose = number === null ? "the central" : `secondary ${number}`;
  return `the key of ${whose} ends on ${dayOf(until)}: make a new one, see redes key --help`;
}

/** What came of revoking a key, for people. */
export function revokedText(
  fingerprint: string,
  { fault, seen, told }: Pick<Messages["revoked"], "fault" | "seen" | "told">,
): string {
  if (fault !== null) return `${fingerprint} is not revoked: ${fault}`;
  const secondaries = plural(told, "secondary", "secondaries");
  const unseen = seen ? "" : "\nnobody has ever come to this central with it: is the fingerprint right?";
  return `${fingerprint} is revoked, and ${secondaries} told; those that are away are told when they come back${unseen}`;
}

function owner({ role, number, name, cluster }: KnownKey): string {
  if (role === null) return "never seen";
  const who = [role, number ?? name ?? ""].join(" ").trimEnd();
  return cluster ? `${who} (cluster key)` : who;
}

function seenText({ sessions, seen }: KnownKey): string {
  if (sessions > 0) return `now, ${plural(sessions, "session")}`;
  return seen === null ? "" : formatTime(seen);
}

function byOwner(left: KnownKey, right: KnownKey): number {
  const roles = ["central", "secondary", "client", null];
  const order = roles.indexOf(left.role) - roles.indexOf(right.role) || (left.number ?? 0) - (right.number ?? 0);
  return order || (left.name ?? "").localeCompare(right.name ?? "") || left.serial - right.serial;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
