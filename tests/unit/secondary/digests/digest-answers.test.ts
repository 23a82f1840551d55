import { beforeEach, expect, test } from "bun:test";
import type { PieceDigest } from "../../../../src/protocol/digests/piece-digests.ts";
import { DigestAnswers, type DigestAnswersDeps } from "../../../../src/secondary/digests/digest-answers.ts";
import type { QueuedVersion } from "../../../../src/secondary/digests/digest-queue.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";

const FILE = { name: "film", id: "1", size: 7, sha256: "aa" } as IndexedFile;

let said: unknown[];
let wanted: QueuedVersion[];
/** What the store has. */
let stored: (id: string, of: PieceDigest) => Promise<Uint8Array | null>;
let file: IndexedFile | undefined;
let deps: DigestAnswersDeps;

beforeEach(() => {
  [said, wanted] = [[], []];
  file = FILE;
  stored = async (id, of) => Buffer.from(`${id} ${of}`);
  deps = {
    index: { byId: () => file, digests: (id, of) => stored(id, of) },
    link: {
      digested: (answer, digests) => void said.push({ ...answer, digests: String(digests) }),
      undigested: (answer) => void said.push(answer),
    },
    maker: {
      want(version) {
        wanted.push(version);
        return { why: "making", left: 100 + version.size };
      },
    },
  };
});

async function ask(of: PieceDigest = "merkle", maker = deps.maker): Promise<unknown> {
  new DigestAnswers({ ...deps, maker }).answer({ type: "digests", request: 5, id: "1", of });
  await Bun.sleep(0);
  return said.pop();
}

test("digests that are stored are given, also where no more are made", async () => {
  expect(await ask("merkle")).toEqual({ request: 5, sha256: "aa", digests: "1 merkle" });
  expect(await ask("sha-1", null)).toEqual({ request: 5, sha256: "aa", digests: "1 sha-1" });
});

test("those that are not there are made, with the bytes that this takes", async () => {
  file = { ...FILE, sha256: null };
  const making = { request: 5, why: "making", left: 107 };
  expect(await ask()).toEqual(making);
  expect(await ask("merkle", null)).toEqual({ request: 5, why: "off", left: 0 });
  file = FILE;
  stored = async () => null;
  expect(await ask()).toEqual(making);
  stored = () => Promise.reject(new Error("no disk"));
  expect(await ask()).toEqual(making);
  wanted = [];
  for (const of of ["merkle", "sha-1", "sha-256"] as const) await ask(of);
  expect(wanted).toEqual([true, true, false].map((torrent) => ({ id: "1", size: 7, torrent })));
});

test("where none are made now, the answer says why", async () => {
  stored = async () => null;
  const maker = { want: () => ({ why: "busy", left: 0 }) as const };
  expect(await ask("sha-1", maker)).toEqual({ request: 5, why: "busy", left: 0 });
});

test("a version that is not here has none", async () => {
  file = undefined;
  expect(await ask()).toEqual({ request: 5, why: "not held", left: 0 });
});

test("more questions at once than are answered are told so", async () => {
  stored = () => new Promise(() => {});
  const answers = new DigestAnswers(deps);
  for (let request = 1; request <= 9; request++) answers.answer({ type: "digests", request, id: "1", of: "sha-256" });
  await Bun.sleep(0);
  expect(said).toEqual([{ request: 9, why: "busy", left: 0 }]);
});
