import { formatDay, formatTime } from "../../platform/units.ts";
import type { EndingKey, KnownKey } from "../../protocol/messages/keys.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { texts } from "../texts.ts";
import { shown } from "./sentence.ts";

export function keyHeaders(): string[] {
  const { whose, rights, until, seen, fingerprint, revoked } = texts().keys.columns;
  return [whose, rights, until, seen, fingerprint, revoked];
}

/** The column of fingerprints. */
export const FINGERPRINT_COLUMN = 4;

/** Rows of a table of keys, for people, under {@link keyHeaders}. */
export function keyRows(keys: readonly KnownKey[]): string[][] {
  return [...keys]
    .sort(byOwner)
    .map((key) => [
      owner(key),
      key.rights ?? "",
      key.until === null ? "" : formatDay(key.until),
      seenText(key),
      key.fingerprint,
      key.revoked === null ? "" : formatTime(key.revoked),
    ]);
}

/** That the key of a server ends soon. */
export function endingTold({ number, until }: EndingKey): Sentence {
  const whose = number === null ? say("the central") : say("secondary {number}", { number });
  return say("the key of {whose} ends on {day}: make a new one, see redes key --help", {
    whose,
    day: formatDay(until),
  });
}

/** The same, for people. */
export function endingLine(key: EndingKey): string {
  return shown(endingTold(key));
}

/** What came of revoking a key, for people. */
export function revokedText(
  fingerprint: string,
  { fault, said, seen, told }: Pick<Messages["revoked"], "fault" | "said" | "seen" | "told">,
): string {
  const { keys, common } = texts();
  if (fault !== null) return keys.notRevoked(fingerprint, shown(unwired({ message: fault, said })));
  const text = keys.revoked(fingerprint, common.secondaries(told));
  return seen ? text : `${text}\n${keys.unseen}`;
}

function owner({ role, number, name, cluster }: KnownKey): string {
  const { keys } = texts();
  if (role === null) return keys.neverSeen;
  const who = [keys.roles[role], number ?? name ?? ""].join(" ").trimEnd();
  return cluster ? keys.clusterKey(who) : who;
}

function seenText({ sessions, seen }: KnownKey): string {
  if (sessions > 0) return texts().keys.sessionsNow(sessions);
  return seen === null ? "" : formatTime(seen);
}

function byOwner(left: KnownKey, right: KnownKey): number {
  const roles = ["central", "secondary", "client", null];
  const order = roles.indexOf(left.role) - roles.indexOf(right.role) || (left.number ?? 0) - (right.number ?? 0);
  return order || (left.name ?? "").localeCompare(right.name ?? "") || left.serial - right.serial;
}
