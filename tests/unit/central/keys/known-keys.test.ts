import { describe, expect, test } from "bun:test";
import { KnownKeys } from "../../../../src/central/keys/known-keys.ts";
import type { Identity } from "../../../../src/keys/identity.ts";
import type { PeerKey } from "../../../../src/keys/trust/authorities.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { MAX_KNOWN_KEYS, MAX_REVOCATIONS } from "../../../../src/protocol/limits.ts";

const UNTIL = 1000 * DAY_MS;
const ANA: Identity = { role: "client", name: "ana", rights: "write" };
const SECOND: Identity = { role: "secondary", number: 2 };
const fingerprint = (index: number) => index.toString(16).padStart(64, "0");

function key(index: number, isClusterKey = false, until = UNTIL): PeerKey {
  return { fingerprint: fingerprint(index), isClusterKey, authority: fingerprint(isClusterKey ? index : 0), until };
}

describe("the list", () => {
  test("has each key with its owner, when it was seen, and its sessions now", () => {
    const known = new KnownKeys([], []);
    known.connected(ANA, key(1), 10);
    known.connected(ANA, key(1), 20);
    known.connected(SECOND, key(2), 30);
    known.disconnected(ANA, key(1), 40);
    const common = { authority: fingerprint(0), cluster: false, until: UNTIL, revoked: null };
    expect(known.after(0)).toEqual([
      {
        ...{ ...common, serial: 1, fingerprint: fingerprint(1), role: "client", number: null, name: "ana" },
        ...{ rights: "write", seen: 40, sessions: 1 },
      },
      {
        ...{ ...common, serial: 2, fingerprint: fingerprint(2), role: "secondary", number: 2, name: null },
        ...{ rights: null, seen: 30, sessions: 1 },
      },
    ]);
    expect(known.after(1).map(({ serial }) => serial)).toEqual([2]);
  });

  test("has a line for each who came with the cluster key", () => {
    const known = new KnownKeys([], []);
    for (const identity of [ANA, SECOND]) known.connected(identity, key(0, true), 1);
    expect(known.after(0)).toMatchObject([
      { fingerprint: fingerprint(0), cluster: true, name: "ana" },
      { fingerprint: fingerprint(0), cluster: true, number: 2 },
    ]);
    expect(known.seenWith(fingerprint(0)).map(({ identity }) => identity)).toEqual([ANA, SECOND]);
  });

  test("says since when one is revoked, also of one that nobody has come with", () => {
    const known = new KnownKeys([], [{ fingerprint: fingerprint(7), until: UNTIL, at: 3 }]);
    known.connected(ANA, key(1), 10);
    known.revoke({ fingerprint: fingerprint(1), until: UNTIL, at: 11 });
    known.revoke({ fingerprint: fingerprint(1), until: UNTIL, at: 12 });
    expect(known.after(0).map((row) => [row.fingerprint, row.role, row.revoked])).toEqual([
      [fingerprint(7), null, 3],
      [fingerprint(1), "client", 11],
    ]);
    expect([known.allRevocations().length, known.isRevoked(fingerprint(1)), known.isRevoked(fingerprint(2))]).toEqual([
      2,
      true,
      false,
    ]);
  });

  test("says so too of what comes from a cluster key that is revoked", () => {
    const known = new KnownKeys([], [{ fingerprint: fingerprint(0), until: UNTIL, at: 3 }]);
    known.connected(ANA, key(1), 10);
    expect(known.after(0)).toMatchObject([{ role: null }, { name: "ana", authority: fingerprint(0), revoked: 3 }]);
  });

  test("is bounded: who was seen least recently and is gone gives way", () => {
    const known = new KnownKeys([], []);
    known.connected(SECOND, key(2), 0);
    for (let index = 0; index < MAX_KNOWN_KEYS; index++) {
      const identity: Identity = { role: "client", name: `client ${index}`, rights: "read" };
      known.connected(identity, key(10 + index), 10 + index);
      known.disconnected(identity, key(10 + index), 10 + index);
    }
    const rows = known.after(0);
    expect(rows).toHaveLength(MAX_KNOWN_KEYS);
    expect(rows.slice(0, 2).map(({ number, name }) => number ?? name)).toEqual([2, "client 1"]);
  });
});

test("what has ended is forgotten a day later, but not while it is in use, and not where it is revoked", () => {
  const known = new KnownKeys([], [{ fingerprint: fingerprint(3), until: 5, at: 1 }]);
  const other: Identity = { role: "secondary", number: 3 };
  known.connected(ANA, key(1, false, 5), 1);
  for (const [index, identity] of [SECOND, other].entries()) {
    known.connected(identity, key(2 + index, false, 5), 1);
    known.disconnected(identity, key(2 + index, false, 5), 2);
  }
  known.dropEnded(5 + DAY_MS);
  expect(known.after(0)).toHaveLength(3);
  known.dropEnded(6 + DAY_MS);
  expect(known.after(0).map(({ name, number }) => name ?? number)).toEqual(["ana", 3]);
});

test("revocations are forgotten where there is no room for another one, a day after their keys have ended", () => {
  const revoked = (index: number, until: number) => ({ fingerprint: fingerprint(index), until, at: 1 });
  const known = new KnownKeys([], [revoked(0, 5), revoked(1, 6)]);
  for (let index = 2; index < MAX_REVOCATIONS - 1; index++) known.revoke(revoked(index, 9 * DAY_MS));
  // A clock that is wrong has none forgotten without need.
  expect(known.hasRoom(100 * DAY_MS)).toBe(true);
  expect(known.allRevocations()).toHaveLength(MAX_REVOCATIONS - 1);
  known.revoke(revoked(MAX_REVOCATIONS, 9 * DAY_MS));
  expect(known.hasRoom(5 + DAY_MS)).toBe(false);
  expect(known.hasRoom(6 + DAY_MS)).toBe(true);
  expect([0, 1, 2].map((index) => known.isRevoked(fingerprint(index)))).toEqual([false, true, true]);
});

test("of a revoked key that never came nothing is known but that", () => {
  const known = new KnownKeys([], []);
  known.revoke({ fingerprint: fingerprint(7), until: UNTIL, at: 2 });
  const nothing = { authority: null, role: null, number: null, name: null, rights: null, until: null, seen: null };
  expect(known.after(0)).toEqual([
    { serial: expect.any(Number), fingerprint: fingerprint(7), cluster: false, ...nothing, sessions: 0, revoked: 2 },
  ]);
});

test("a client learns what is revoked but keys of clients, a secondary all", () => {
  const known = new KnownKeys([], []);
  known.connected(ANA, key(1), 1);
  known.connected(SECOND, key(2), 1);
  known.connected(ANA, key(3, true), 1);
  for (const index of [1, 2, 3, 4]) known.revoke({ fingerprint: fingerprint(index), until: UNTIL, at: 2 });
  expect(known.revocationsOfServers().map((one) => one.fingerprint)).toEqual([2, 3, 4].map(fingerprint));
  expect(known.allRevocations()).toHaveLength(4);
});

test("what is new is given once, to be stored, and a new run goes on with it", () => {
  const known = new KnownKeys([], []);
  known.connected(ANA, key(1), 1);
  known.connected(SECOND, key(2), 2);
  const stored = known.drainChanged();
  expect(stored).toEqual([
    { ...key(1), identity: ANA, seen: 1 },
    { ...key(2), identity: SECOND, seen: 2 },
  ]);
  expect(known.drainChanged()).toEqual([]);
  known.disconnected(ANA, key(1), 3);
  expect(known.drainChanged().map(({ seen }) => seen)).toEqual([3]);
  const next = new KnownKeys(stored, []);
  expect(next.after(0)).toMatchObject([
    { name: "ana", seen: 1, sessions: 0 },
    { number: 2, seen: 2, sessions: 0 },
  ]);
  expect(next.drainChanged()).toEqual([]);
});
