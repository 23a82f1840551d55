import { beforeEach, expect, test } from "bun:test";
import { DigestRequests } from "../../../../src/central/operations/digest-requests.ts";
import { type FileVersion, toFileVersion } from "../../../../src/central/versions/file-version.ts";
import type { PieceDigest } from "../../../../src/protocol/digests/piece-digests.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { held } from "../fixtures.ts";

const SHA256 = "a".repeat(64);
const PIECES = new Uint8Array(3 * 32).fill(7);
const version = file();

type Said =
  | { sha256?: string; pieces?: Uint8Array }
  | Pick<Messages["undigested"], "why" | "left">
  /** It says nothing. */
  | null;

let clock: FakeClock;
let requests: DigestRequests;
/** What each secondary answers, by number. */
let answers: Map<number, Said>;
let withoutHttp: number[];
let asked: [number, PieceDigest][];
let warned: string[];

function file(changes: Partial<FileVersion> = {}): FileVersion {
  return { ...toFileVersion(held("f", "1", { size: 3 * 2 ** 20 })), ...changes };
}

beforeEach(() => {
  clock = new FakeClock();
  answers = new Map();
  withoutHttp = [];
  [asked, warned] = [[], []];
  requests = new DigestRequests({
    clock,
    limitedLog: { warn: (event, message) => void warned.push(`${event}: ${message}`) },
    channels: channels(),
    holdersOf: () => [...answers.keys()].map((number) => ({ number, http: withoutHttp.includes(number) ? null : {} })),
  });
});

/** Those of the secondaries that there are at any time. */
function channels() {
  const map = new Map<number, { send(message: unknown): void }>();
  map.get = (number) =>
    answers.has(number) ? { send: (message) => ask(number, message as Messages["digests"]) } : undefined;
  return map;
}

function ask(number: number, { request, of }: Messages["digests"]): void {
  asked.push([number, of]);
  const said = answers.get(number);
  if (!said) return;
  queueMicrotask(() => {
    if ("why" in said) return requests.answered(number, { type: "undigested", request, ...said }, new Uint8Array(0));
    const { sha256 = SHA256, pieces = PIECES } = said;
    requests.answered(number, { type: "digested", request, sha256, payload: pieces.length }, pieces);
  });
}

const DIGESTED = { kind: "digested", sha256: SHA256, pieces: PIECES } as const;
const undigested = (why: string, left = 0) => ({ kind: "undigested", why, left });

test("one holder is enough where there is one, and what it says is remembered for a while", async () => {
  answers.set(1, {});
  expect(await requests.digestsOf(version, "sha-256")).toEqual(DIGESTED);
  expect(await requests.digestsOf(version, "sha-256")).toEqual(DIGESTED);
  expect(asked).toEqual([[1, "sha-256"]]);
  clock.advance(60_001);
  await requests.digestsOf(version, "sha-256");
  expect(asked).toHaveLength(2);
});

test("of more holders two are asked, those with HTTP first, and must say the same", async () => {
  for (const number of [1, 2, 3]) answers.set(number, {});
  withoutHttp = [1];
  expect(await requests.digestsOf(version, "merkle")).toEqual(DIGESTED);
  expect(asked).toEqual([
    [2, "merkle"],
    [3, "merkle"],
  ]);
});

test.each([{ pieces: new Uint8Array(96).fill(8) }, { sha256: "b".repeat(64) }])(
  "what two holders do not agree on is not used, and told: %p",
  async (other) => {
    answers.set(1, {});
    answers.set(2, other);
    expect(await requests.digestsOf(version, "sha-256")).toEqual(undigested("disputed") as never);
    expect(warned).toEqual([expect.stringContaining("secondaries 1 and 2 have different digests of f")]);
    await requests.digestsOf(version, "sha-256");
    expect(asked).toHaveLength(4);
  },
);

test("what does not fit what was announced, or is not for all pieces, is told and another holder asked", async () => {
  answers.set(1, { sha256: "b".repeat(64) });
  answers.set(2, { pieces: new Uint8Array(64) });
  answers.set(3, {});
  expect(await requests.digestsOf(file({ sha256: SHA256 }), "sha-256")).toEqual(DIGESTED);
  expect(warned.map((text) => text.slice(0, 60))).toEqual([
    "digest-mismatch: secondary 1 has other digests of f than oth",
    "digest-mismatch: secondary 2 has other digests of f than oth",
  ]);
});

test("a digest of 20 bytes has that length", async () => {
  answers.set(1, { pieces: new Uint8Array(60) });
  expect(await requests.digestsOf(version, "sha-1")).toMatchObject({ kind: "digested", pieces: new Uint8Array(60) });
});

test("nothing is asked about a version whose SHA-256 is disputed, nor is anything remembered of it used", async () => {
  answers.set(1, {});
  await requests.digestsOf(version, "sha-256");
  expect(await requests.digestsOf(file({ isSha256Disputed: true }), "sha-256")).toEqual(
    undigested("disputed") as never,
  );
  expect(await requests.digestsOf(file({ sha256: "b".repeat(64) }), "sha-256")).toEqual(
    undigested("not held") as never,
  );
  expect(asked).toHaveLength(2);
});

test("without digests the answer is the one that gives most hope", async () => {
  expect(await requests.digestsOf(version, "sha-256")).toEqual(undigested("not held") as never);
  answers.set(1, { why: "off", left: 0 });
  answers.set(2, { why: "making", left: 900 });
  answers.set(3, { why: "making", left: 70 });
  answers.set(4, { why: "busy", left: 0 });
  expect(await requests.digestsOf(version, "sha-256")).toEqual(undigested("making", 70) as never);
  answers.set(5, {});
  expect(await requests.digestsOf(version, "sha-256")).toEqual(DIGESTED);
});

test("of what torrents need two holders have it made, and the first to have it is not believed before the other", async () => {
  answers.set(1, { why: "off", left: 0 });
  for (const number of [2, 3, 4]) answers.set(number, { why: "making", left: number });
  expect(await requests.digestsOf(version, "merkle")).toEqual(undigested("making", 2) as never);
  expect(asked.map(([number]) => number)).toEqual([1, 2, 3]);
  for (const why of ["making", "busy"] as const) {
    answers.set(2, {});
    answers.set(3, { why, left: 3 });
    answers.set(4, { why: "not held", left: 0 });
    expect(await requests.digestsOf(version, "merkle")).toEqual(undigested(why, 3) as never);
  }
  // SHA-256 is made of every file anyway.
  expect(await requests.digestsOf(version, "sha-256")).toEqual(DIGESTED);
  answers.set(3, {});
  expect(await requests.digestsOf(version, "merkle")).toEqual(DIGESTED);
  clock.advance(60_001);
  answers.set(3, { pieces: new Uint8Array(96).fill(8) });
  expect(await requests.digestsOf(version, "merkle")).toEqual(undigested("disputed") as never);
});

test("where one holder alone can make what torrents need, it is believed", async () => {
  answers.set(1, {});
  for (const [number, why] of [
    [2, "not held"],
    [3, "off"],
  ] as const)
    answers.set(number, { why, left: 0 });
  answers.set(4, null);
  const found = requests.digestsOf(version, "merkle");
  await Bun.sleep(0);
  requests.secondaryLost(4);
  expect(await found).toEqual(DIGESTED);
});

test("a holder that says nothing is waited for a moment, all of them for not much longer, and one that is lost not at all", async () => {
  for (const number of [1, 2, 3, 4]) answers.set(number, null);
  let found: unknown;
  void requests.digestsOf(version, "sha-256").then((result) => {
    found = result;
  });
  requests.secondaryLost(1);
  await Bun.sleep(0);
  expect(asked.map(([number]) => number)).toEqual([1, 2]);
  for (const ms of [3000, 3000, 1999]) {
    clock.advance(ms);
    await Bun.sleep(0);
  }
  expect([asked.length, found]).toEqual([4, undefined]);
  clock.advance(1);
  await Bun.sleep(0);
  expect(found).toEqual(undigested("not held"));
  expect(clock.pending).toBe(0);
});

test("who asks for the same at the same time shares the question, and there are not too many of them", async () => {
  answers.set(1, null);
  const same = requests.digestsOf(version, "sha-256");
  expect(requests.digestsOf(version, "sha-256")).toBe(same);
  for (let other = 2; other <= 64; other++) void requests.digestsOf(file({ id: String(other) }), "sha-256");
  expect(await requests.digestsOf(file({ id: "65" }), "sha-256")).toEqual(undigested("busy") as never);
  requests.secondaryLost(1);
  await same;
  expect(asked).toHaveLength(64);
});

test("an answer that nobody asked for is ignored, also by its request number from another secondary", async () => {
  answers.set(1, null);
  const found = requests.digestsOf(version, "sha-256");
  requests.answered(2, { type: "digested", request: 1, sha256: SHA256, payload: 96 }, PIECES);
  requests.answered(1, { type: "undigested", request: 1, why: "off", left: 0 }, new Uint8Array(0));
  requests.answered(1, { type: "undigested", request: 1, why: "making", left: 0 }, new Uint8Array(0));
  expect(await found).toEqual(undigested("off") as never);
});
