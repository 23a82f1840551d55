import { oneRow } from "../../console/text.ts";
import { fingerprintOfKey, type KeyContents } from "../../keys/key-contents.ts";
import { validityOfFile } from "../../keys/key-material.ts";
import { DAY_MS, type ValidityState, validityState } from "../../keys/validity.ts";
import { plural } from "../../platform/units.ts";
import type { Rights } from "../../protocol/rights.ts";

/** What may be told of a key file: nothing of it is secret. `redes key show --json` prints it. */
export interface KeySummary {
  /** A cluster key serves every role. */
  readonly kind: "cluster" | "credential";
  readonly role?: "central" | "secondary" | "client";
  /** A secondary's. */
  readonly number?: number;
  /** A client's, as its rights. */
  readonly name?: string;
  readonly rights?: Rights;
  /** Times as ISO 8601 has them. */
  readonly from: string;
  readonly until: string;
  /** Whole days to the end; below zero after it. */
  readonly daysLeft: number;
  readonly state: ValidityState;
  readonly fingerprint: string;
  /** The fingerprint of the cluster key that it comes from; its own for a cluster key. */
  readonly authority: string;
}

const STATE_TEXTS: Readonly<Record<Exclude<ValidityState, "expired">, string>> = {
  valid: "",
  "near-end": ": make a new one soon",
  "not-yet": ", and cannot be used yet",
};

export function summaryOf(contents: KeyContents, now: number): KeySummary {
  const validity = validityOfFile(contents);
  return {
    kind: contents.kind,
    ...(contents.kind === "cluster" ? {} : contents.certificate.identity),
    from: new Date(validity.notBefore).toISOString(),
    until: new Date(validity.notAfter).toISOString(),
    daysLeft: Math.floor((validity.notAfter - now) / DAY_MS),
    state: validityState(validity, now),
    fingerprint: fingerprintOfKey(contents),
    authority: contents.authority.fingerprint,
  };
}

/** For people, without the final line feed. */
export function summaryText(summary: KeySummary): string {
  const { state, daysLeft } = summary;
  const left = state === "expired" ? "expired" : `${plural(daysLeft, "day")} left${STATE_TEXTS[state]}`;
  const rows: [string, string][] = [
    ["what", summary.kind === "cluster" ? "cluster key, for every role" : `credential, for ${owner(summary)}`],
    ["from", summary.from],
    ["until", `${summary.until} (${left})`],
    ["fingerprint", summary.fingerprint],
  ];
  if (summary.rights !== undefined) rows.splice(1, 0, ["rights", summary.rights]);
  if (summary.kind === "credential") rows.push(["authority", summary.authority]);
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, value]) => `${title.padEnd(width)}  ${oneRow(value)}`).join("\n");
}

function owner({ role, number, name }: KeySummary): string {
  if (role === "client") return `client ${name}`;
  return role === "secondary" ? `secondary ${number}` : "the central";
}
