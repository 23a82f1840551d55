import { oneRow } from "../../console/text.ts";
import { fingerprintOfKey, type KeyContents } from "../../keys/key-contents.ts";
import { validityOfFile } from "../../keys/key-material.ts";
import type { ReadToken } from "../../keys/tokens/verify-token.ts";
import { DAY_MS, type Validity, type ValidityState, validityState } from "../../keys/validity.ts";
import { plural } from "../../platform/units.ts";
import type { Rights } from "../../protocol/rights.ts";

/** What may be told of a key file: nothing of it is secret. `redes key show --json` prints it. */
export interface KeySummary {
  /** A cluster key serves every role; a token is for HTTP alone. */
  readonly kind: "cluster" | "credential" | "token";
  readonly role?: "central" | "secondary" | "client";
  /** A secondary's. */
  readonly number?: number;
  /** A client's or a token's, as its rights. */
  readonly name?: string;
  readonly rights?: Rights;
  /** Times as ISO 8601 has them. */
  readonly from: string;
  readonly until: string;
  /** Whole days to the end; below zero after it. */
  readonly daysLeft: number;
  readonly state: ValidityState;
  readonly fingerprint: string;
  /** The fingerprint of the cluster key that it comes from; its own for a cluster key. A token does not say it. */
  readonly authority?: string;
  /** The fingerprint of the key that has signed a token. */
  readonly signer?: string;
}

const STATE_TEXTS: Readonly<Record<Exclude<ValidityState, "expired">, string>> = {
  valid: "",
  "near-end": ": make a new one soon",
  "not-yet": ", and cannot be used yet",
};

export function summaryOf(contents: KeyContents, now: number): KeySummary {
  return {
    kind: contents.kind,
    ...(contents.kind === "cluster" ? {} : contents.certificate.identity),
    ...timesOf(validityOfFile(contents), now),
    fingerprint: fingerprintOfKey(contents),
    authority: contents.authority.fingerprint,
  };
}

/** Of a token whose signature nobody has checked. */
export function summaryOfToken({ claims, signer }: ReadToken, now: number): KeySummary {
  const validity = { notBefore: claims.iat * 1000, notAfter: claims.exp * 1000 };
  return {
    kind: "token",
    role: "client",
    name: claims.sub,
    rights: claims.rights,
    ...timesOf(validity, now),
    fingerprint: claims.jti,
    signer,
  };
}

function timesOf(validity: Validity, now: number): Pick<KeySummary, "from" | "until" | "daysLeft" | "state"> {
  return {
    from: new Date(validity.notBefore).toISOString(),
    until: new Date(validity.notAfter).toISOString(),
    daysLeft: Math.floor((validity.notAfter - now) / DAY_MS),
    state: validityState(validity, now),
  };
}

/** For people, without the final line feed. */
export function summaryText(summary: KeySummary): string {
  const { state, daysLeft } = summary;
  const left = state === "expired" ? "expired" : `${plural(daysLeft, "day")} left${STATE_TEXTS[state]}`;
  const rows: [string, string][] = [
    ["what", summary.kind === "cluster" ? "cluster key, for every role" : `${summary.kind}, for ${owner(summary)}`],
    ["from", summary.from],
    ["until", `${summary.until} (${left})`],
    ["fingerprint", summary.fingerprint],
  ];
  if (summary.rights !== undefined) rows.splice(1, 0, ["rights", summary.rights]);
  if (summary.kind === "credential") rows.push(["authority", summary.authority ?? ""]);
  if (summary.signer !== undefined) rows.push(["signed by", summary.signer]);
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, value]) => `${title.padEnd(width)}  ${oneRow(value)}`).join("\n");
}

function owner({ role, number, name }: KeySummary): string {
  if (role === "client") return `client ${name}`;
  return role === "secondary" ? `secondary ${number}` : "the central";
}
