import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { KeyDesk, type KeyDeskDeps } from "../../../../src/central/keys/key-desk.ts";
import { type DatedRevocation, KnownKeys, type SeenKey } from "../../../../src/central/keys/known-keys.ts";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { type KeyMaterial, keyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { PeerKey } from "../../../../src/keys/trust/authorities.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import { MAX_REVOCATIONS, MAX_UNSEEN_REVOCATIONS } from "../../../../src/protocol/limits.ts";
import type { Message, Messages } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const CENTRAL = { role: "central" } as const;
const ANA: Identity = { role: "client", name: "ana", rights: "read" };
const second = (number: number): Identity => ({ role: "secondary", number });
const fingerprint = (index: number) => index.toString(16).padStart(64, "0");

let cluster: ClusterKey;
let material: KeyMaterial;
let clock: FakeClock;
let ring: KeyRing;
let done: string[];
let stored: DatedRevocation[];
let seen: SeenKey[];
let failure: Error | null;
let sessions: Map<number, { channel: Channel }>;
let channels: Map<number, Channel>;

beforeAll(async () => {
  clock = new FakeClock();
  cluster = await newClusterKey(clock.wall());
  const contents = await newCredential(cluster, CENTRAL, validFor(30, clock.wall()));
  material = await keyMaterial([{ path: "key", contents }], CENTRAL, clock.wall());
});

beforeEach(() => {
  clock = new FakeClock();
  ring = new KeyRing(material);
  [done, stored, seen, failure] = [[], [], [], null];
  [sessions, channels] = [new Map(), new Map()];
});

function desk(keys: KeyDeskDeps["keys"] = ring, revoked: readonly DatedRevocation[] = []): KeyDesk {
  const note = (_event: string, text: string) => void done.push(String(text));
  const store: KeyDeskDeps["store"] = {
    async addRevocation(revocation) {
      if (failure) throw failure;
      stored.push(revocation);
      done.push("stored");
    },
    async saveSeenKeys(some) {
      if (failure) throw failure;
      seen.push(...some);
    },
  };
  const log = { info: note, warn: note, error: note };
  return new KeyDesk({ clock, log, store, keys, known: new KnownKeys([], revoked), sessions, channels });
}

/** A session whose other end has this key, and what it is sent. */
function channel(identity: Identity | null, index: number, until = clock.wall() + 90 * DAY_MS) {
  const sent: Message[] = [];
  const key: PeerKey = {
    ...{ fingerprint: fingerprint(index), isClusterKey: false, until },
    authority: fingerprint(0),
  };
  const made = { identity, key: identity && key, state: "open", send: (message: Message) => void sent.push(message) };
  return { channel: made as unknown as Channel, sent };
}

const revoking = async (at: KeyDesk, which: string) => {
  const answers: Omit<Messages["revoked"], "type" | "request">[] = [];
  await at.revoke(which, "client boss", (answer) => {
    answers.push(answer);
    done.push("answered");
  });
  expect(answers).toHaveLength(1);
  return answers[0];
};

describe("to revoke a key", () => {
  test("stores it, answers, tells all who have joined, and only then refuses it", async () => {
    const at = desk();
    const [ana, first, joining] = [channel(ANA, 1), channel(second(1), 2), channel(ANA, 3)];
    Object.assign(joining.channel, { state: "joining" });
    for (const [key, one] of [ana, first, joining].entries()) {
      sessions.set(key, one);
      at.connected(key, one.channel);
    }
    channels.set(1, first.channel);
    ring.revocations.onAdded(() => done.push("refused"));
    expect(await revoking(at, fingerprint(1))).toEqual({ fault: null, seen: true, told: 1 });
    expect(done).toEqual([
      "stored",
      `client boss has revoked the key ${fingerprint(1)} of client ana (read)`,
      "answered",
      "refused",
    ]);
    const revocation = { fingerprint: fingerprint(1), until: clock.wall() + 90 * DAY_MS };
    expect(stored).toEqual([{ ...revocation, at: clock.wall() }]);
    const message: Message = { type: "revocations", keys: [revocation] };
    expect([ana.sent, first.sent, joining.sent]).toEqual([[message], [message], []]);
    expect(at.page(0).keys).toMatchObject([{ revoked: clock.wall() }, { revoked: null }, { revoked: null }]);
  });

  test("again changes nothing", async () => {
    const at = desk();
    await revoking(at, fingerprint(1));
    expect(await revoking(at, fingerprint(1))).toEqual({ fault: null, seen: false, told: 0 });
    expect(stored).toHaveLength(1);
  });

  test("that nobody has come with: it is remembered for as long as anything of this cluster is good", async () => {
    expect(await revoking(desk(), fingerprint(1))).toEqual({ fault: null, seen: false, told: 0 });
    expect(stored[0]?.until).toBe(cluster.authority.notAfter);
  });

  test("does not count the secondary whose key it is among those who are told", async () => {
    const at = desk();
    for (const number of [1, 2]) {
      const one = channel(second(number), number);
      channels.set(number, one.channel);
      at.connected(number, one.channel);
    }
    expect(await revoking(at, fingerprint(2))).toMatchObject({ told: 1 });
  });

  test("that the central itself has, or comes from, is refused: it would let nobody in", async () => {
    for (const own of [material.fingerprint, cluster.authority.fingerprint]) {
      expect(await revoking(desk(), own)).toMatchObject({
        fault: expect.stringContaining("the central itself uses this key"),
      });
    }
    expect(stored).toEqual([]);
  });

  test("without keys says so", async () => {
    const fault = expect.stringContaining("this central has no keys");
    expect(await revoking(desk(null), fingerprint(1))).toEqual({
      fault,
      said: expect.any(String),
      seen: false,
      told: 0,
    });
  });

  test("that cannot be stored says so, and it goes on being let in", async () => {
    failure = new Error("the disk is full");
    const answer = await revoking(desk(), fingerprint(1));
    expect(answer?.fault).toBe("it cannot be stored: the disk is full");
    expect(ring.revocations.all).toEqual([]);
  });

  test("beyond the most that are kept is refused, but for one that is revoked already", async () => {
    const until = clock.wall() + DAY_MS;
    const all = Array.from({ length: MAX_REVOCATIONS }, (_, index) => ({
      fingerprint: fingerprint(index),
      until,
      at: 1,
    }));
    const at = desk(ring, all);
    expect(await revoking(at, fingerprint(MAX_REVOCATIONS))).toMatchObject({
      fault: expect.stringContaining(`${MAX_REVOCATIONS} keys are revoked, as many as are kept`),
    });
    expect(await revoking(at, fingerprint(5))).toMatchObject({ fault: null });
  });

  test("that never came, beyond the most that are kept of those, is refused, and one that has come is revoked", async () => {
    const at = desk();
    for (let index = 1; index <= MAX_UNSEEN_REVOCATIONS; index++) await revoking(at, fingerprint(index));
    const late = fingerprint(MAX_UNSEEN_REVOCATIONS + 1);
    expect(await revoking(at, late)).toMatchObject({
      fault: expect.stringContaining(`${MAX_UNSEEN_REVOCATIONS} keys that never came here are revoked`),
      seen: false,
    });
    at.connected(1, channel(ANA, MAX_UNSEEN_REVOCATIONS + 1).channel);
    expect(await revoking(at, late)).toMatchObject({ fault: null, seen: true });
  });

  test("from which only others have come, says that it was seen", async () => {
    const at = desk();
    at.connected(1, channel(ANA, 1).channel);
    expect(await revoking(at, fingerprint(0))).toMatchObject({ fault: null, seen: true });
    // It lasts longer than what comes from it.
    expect(stored[0]?.until).toBe(cluster.authority.notAfter);
  });

  test("in the same moment as others: each once, and no more than are kept", async () => {
    const until = clock.wall() + DAY_MS;
    const at = desk(
      ring,
      Array.from({ length: MAX_REVOCATIONS - 2 }, (_, index) => ({ fingerprint: fingerprint(index), until, at: 1 })),
    );
    const wanted = [2000, 2000, 2001, 2002, 2003].map(fingerprint);
    for (let index = 2000; index <= 2003; index++) at.connected(index, channel(ANA, index).channel);
    const faults: (string | null)[] = [];
    await Promise.all(wanted.map((one) => at.revoke(one, "client boss", ({ fault }) => faults.push(fault))));
    expect(faults.map((fault) => fault === null)).toEqual([true, true, true, false, false]);
    expect(stored.map((one) => one.fingerprint)).toEqual([2000, 2001].map(fingerprint));
    // Beyond the most that are kept, one from before would be forgotten, and be let in again.
    expect(ring.revocations.has({ fingerprint: fingerprint(0), authority: "" })).toBe(true);
  });
});

test("after a restart the network refuses what was revoked, whatever the clock says, and who joins is told", () => {
  const revocation = { fingerprint: fingerprint(1), until: clock.wall() + DAY_MS };
  clock.advance(1000 * DAY_MS);
  const at = desk(ring, [{ ...revocation, at: 1 }]);
  at.save();
  expect(ring.revocations.all).toEqual([revocation]);
  const { channel: joined, sent } = channel(second(1), 2);
  at.joined(joined);
  expect(sent).toEqual([{ type: "revocations", keys: [revocation] }]);
});

test("who joins learns what is revoked, in batches", () => {
  const until = clock.wall() + DAY_MS;
  const at = desk(
    ring,
    Array.from({ length: MAX_BATCH + 1 }, (_, index) => ({ fingerprint: fingerprint(index), until, at: 1 })),
  );
  for (const identity of [ANA, second(1)]) {
    const { channel: joined, sent } = channel(identity, 9999);
    at.joined(joined);
    expect(sent.map((message) => (message.type === "revocations" ? message.keys.length : 0))).toEqual([MAX_BATCH, 1]);
    const [first] = sent;
    expect(first?.type === "revocations" ? first.keys[0] : null).toEqual({ fingerprint: fingerprint(0), until });
  }
  const plain = channel(null, 1);
  at.joined(plain.channel);
  expect(plain.sent).toEqual([]);
});

test("pages are as long as a message may be", () => {
  const at = desk();
  for (let index = 0; index <= MAX_BATCH; index++) at.connected(index, channel(ANA, index).channel);
  const page = at.page(0);
  expect([page.keys.length, page.more]).toEqual([MAX_BATCH, true]);
  expect(at.page(page.keys.at(-1)?.serial ?? 0)).toMatchObject({ more: false, keys: [{ sessions: 1 }] });
});

test("a connection that was never greeted, or has no key, is no session", () => {
  const at = desk();
  at.connected(1, channel(null, 1).channel);
  at.disconnected(1);
  at.disconnected(2);
  expect(at.page(0).keys).toEqual([]);
});

test("who came with which key is stored once a minute, and at the end", async () => {
  const at = desk();
  const { channel: ana } = channel(ANA, 1);
  at.connected(1, ana);
  at.tick();
  expect(seen).toEqual([]);
  clock.advance(60_000);
  at.tick();
  expect(seen.map((one) => one.fingerprint)).toEqual([fingerprint(1)]);
  clock.advance(60_000);
  at.tick();
  expect(seen).toHaveLength(1);
  // By then it is refused, and the channel does not know any more who it was.
  Object.assign(ana, { identity: null, key: null });
  at.disconnected(1);
  at.save();
  expect(seen.map((one) => one.seen - clock.wall())).toEqual([-120_000, 0]);
  failure = new Error("no");
  at.connected(2, channel(ANA, 2).channel);
  at.save();
  await Bun.sleep(0);
  expect(done).toEqual(["cannot store who came with which key: no"]);
});

test("keys of servers that end within a week are told: the central's first, then those of connected secondaries", () => {
  const at = desk();
  const day = (days: number) => clock.wall() + days * DAY_MS;
  channels.set(3, channel(second(3), 3, day(-1)).channel);
  channels.set(2, channel(second(2), 2, day(6)).channel);
  channels.set(1, channel(second(1), 1, day(8)).channel);
  expect(at.ending()).toEqual([
    { number: 2, until: day(6) },
    { number: 3, until: day(-1) },
  ]);
  clock.advance(24 * DAY_MS);
  expect(at.ending().map(({ number }) => number)).toEqual([null, 1, 2, 3]);
  expect(desk(null).ending()).toEqual([]);
});
