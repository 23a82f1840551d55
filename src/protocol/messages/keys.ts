import * as v from "valibot";
import { batch, clientName, count, fingerprint, request, secondaryNumber, text } from "../fields.ts";
import { RIGHTS } from "../rights.ts";
import { said } from "../said.ts";
import { role } from "./session.ts";

export const revocation = v.object({
  fingerprint,
  /** When the key ends by itself: milliseconds since 1970. */
  until: count,
});

export const knownKey = v.object({
  /** The place in the central's list: pages go on after it. */
  serial: count,
  fingerprint,
  /** Of the cluster key that it comes from; its own for a cluster key. */
  authority: v.nullable(fingerprint),
  /** Whether it is the cluster key, with which somebody was of this role. */
  cluster: v.boolean(),
  /** Null for a key that was revoked before anybody came with it. */
  role: v.nullable(role),
  /** A secondary's. */
  number: v.nullable(secondaryNumber),
  /** A client's, as its rights. */
  name: v.nullable(clientName),
  rights: v.nullable(v.picklist(RIGHTS)),
  /** When it ends, and when it was last seen: milliseconds since 1970. */
  until: v.nullable(count),
  seen: v.nullable(count),
  /** Sessions with the central now. */
  sessions: count,
  /** Since when it, or the cluster key that it comes from, is revoked: milliseconds since 1970. */
  revoked: v.nullable(count),
});

export const endingKey = v.object({
  /** Of which secondary; null: of the central. */
  number: v.nullable(secondaryNumber),
  /** When it ends or has ended: milliseconds since 1970. */
  until: count,
});

/** A server's key that ends within a week, or has ended. */
export type EndingKey = v.InferOutput<typeof endingKey>;
/** A key that the central has seen, or that is revoked. */
export type KnownKey = v.InferOutput<typeof knownKey>;

/** About keys: between a client and the central, and from the central to those who must refuse. */
export const keyMessages = {
  keys: v.object({
    type: v.literal("keys"),
    request,
    /** Those with a higher serial number. */
    after: count,
  }),
  known: v.object({ type: v.literal("known"), request, keys: batch(knownKey), more: v.boolean() }),
  revoke: v.object({ type: v.literal("revoke"), request, fingerprint }),
  revoked: v.object({
    type: v.literal("revoked"),
    request,
    /** Why it was not done; null: it is done, for good. */
    fault: v.nullable(text(500)),
    said,
    /** Whether the central has ever seen the key. */
    seen: v.boolean(),
    /** How many secondaries are told now; others are when they register. */
    told: count,
  }),
  revocations: v.object({ type: v.literal("revocations"), keys: batch(revocation) }),
};
