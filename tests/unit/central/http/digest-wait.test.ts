import { beforeEach, expect, test } from "bun:test";
import { type Digested, DigestWait, type Undigested } from "../../../../src/central/http/digest-wait.ts";
import { toFileVersion } from "../../../../src/central/versions/file-version.ts";
import { GIB } from "../../../../src/platform/units.ts";
import type { PieceDigest } from "../../../../src/protocol/digests/piece-digests.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held } from "../fixtures.ts";

const FILE = toFileVersion(held("f", "1"));
const THERE: Digested = { kind: "digested", sha256: "a".repeat(64), pieces: new Uint8Array(32) };

let clock: FakeClock;
let asked: PieceDigest[];
let ending: AbortController;
let answers: (Digested | Undigested)[];

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  ending = new AbortController();
  answers = [];
});

function undigested(why: Undigested["why"], left = 0): Undigested {
  return { kind: "undigested", why, left };
}

/** What comes of it when the source answers so, one after the other, and the last again and again. */
async function gather(...kinds: PieceDigest[]) {
  const digestsOf = async (_: unknown, of: PieceDigest) => {
    asked.push(of);
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? undigested("off");
  };
  let ended = false;
  const gathering = new DigestWait(clock, { digestsOf }, ending.signal).collect(FILE, kinds).finally(() => {
    ended = true;
  });
  const start = clock.now();
  while (!ended && clock.now() - start < 60_000) {
    await Bun.sleep(0);
    clock.advance(100);
  }
  return { result: await gathering, seconds: (clock.now() - start) / 1000 };
}

test("digests that are there come at once, of each kind", async () => {
  answers = [THERE];
  const { result, seconds } = await gather("sha-1", "merkle");
  expect(result).toMatchObject({ kind: "collected", digests: [THERE, THERE] });
  expect(asked).toEqual(["sha-1", "merkle"]);
  expect(seconds).toBeLessThan(1);
});

test("those that are made in a moment are waited for", async () => {
  answers = [undigested("making", GIB), undigested("busy"), undigested("making", 1), THERE];
  const { result, seconds } = await gather("sha-256");
  expect(result).toMatchObject({ kind: "collected" });
  expect(seconds).toBeLessThan(3);
});

test("those that take longer are told of, with when to come again", async () => {
  answers = [undigested("making", 100 * GIB)];
  const { result, seconds } = await gather("sha-256");
  expect(seconds).toBeGreaterThan(9);
  expect(seconds).toBeLessThan(11);
  // Twice in each of ten seconds, and at their end.
  expect(asked).toHaveLength(21);
  const why = "the hashes of f are being made: 100.0 GiB are still to be read";
  expect(inEnglish(result)).toEqual({ kind: "unavailable", why, retryAfter: 512 });
  answers = [undigested("making", 1)];
  expect((await gather("sha-256")).result).toMatchObject({ retryAfter: 5 });
  answers = [undigested("making", 100_000 * GIB)];
  expect((await gather("sha-256")).result).toMatchObject({ retryAfter: 600 });
  answers = [undigested("busy")];
  const { result: busy } = await gather("sha-256");
  expect(inEnglish(busy)).toMatchObject({ why: "the hashes of f are not there yet: too many are asked for at once" });
});

test("where nobody makes them, nobody waits", async () => {
  for (const why of ["off", "not held"] as const) {
    answers = [undigested(why)];
    const { result, seconds } = await gather("sha-1", "merkle");
    expect(inEnglish(result)).toMatchObject({ why: "no secondary that answers HTTP has hashes of f now" });
    expect(seconds).toBeLessThan(1);
  }
});

test("a central that stops waits for none", async () => {
  const result = new DigestWait(clock, { digestsOf: async () => undigested("making", GIB) }, ending.signal).collect(
    FILE,
    ["sha-1"],
  );
  await Bun.sleep(0);
  expect(clock.pending).toBe(1);
  ending.abort();
  expect(await result).toMatchObject({ kind: "unavailable" });
  expect(clock.pending).toBe(0);
});
