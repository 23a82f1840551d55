import { oneRow } from "../../console/text.ts";
import { fingerprintOfKey, type KeyContents } from "../../keys/key-contents.ts";
import { validityOfFile } from "../../keys/key-material.ts";
import type { ReadToken } from "../../keys/tokens/verify-token.ts";
import { type Validity, type ValidityState, validityState } from "../../keys/validity.ts";
import { DAY_MS } from "../../platform/units.ts";
import type { Rights } from "../../protocol/rights.ts";
import { counted, type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";

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

const STATE_TEXTS: Readonly<Record<Exclude<ValidityState, "expired">, Told>> = {
  valid: "",
  "near-end": say(": make a new one soon"),
  "not-yet": say(", and cannot be used yet"),
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
  const left =
    state === "expired"
      ? say("expired")
      : say("{days} left{more}", { days: counted(daysLeft, "day"), more: STATE_TEXTS[state] });
  const rows: [Sentence, Told][] = [
    [
      say("what"),
      summary.kind === "cluster"
        ? say("cluster key, for every role")
        : say("{kind}, for {owner}", { kind: say(summary.kind), owner: owner(summary) }),
    ],
    [say("from"), summary.from],
    [say("until"), say("{time} ({left})", { time: summary.until, left })],
    [say("fingerprint"), summary.fingerprint],
  ];
  if (summary.rights !== undefined) rows.splice(1, 0, [say("rights"), summary.rights]);
  if (summary.kind === "credential") rows.push([say("authority"), summary.authority ?? ""]);
  if (summary.signer !== undefined) rows.push([say("signed by"), summary.signer]);
  const written = rows.map(([title, value]) => [shown(title), oneRow(shown(value))] as const);
  const width = Math.max(...written.map(([title]) => title.length));
  return written.map(([title, value]) => `${title.padEnd(width)}  ${value}`).join("\n");
}

function owner({ role, number = 0, name = "" }: KeySummary): Sentence {
  if (role === "client") return say("client {name}", { name });
  return role === "secondary" ? say("secondary {number}", { number }) : say("the central");
}
