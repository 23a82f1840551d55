import { afterEach, beforeEach, expect, test } from "bun:test";
import { type PieceDigest, PLAIN_DIGESTS, TORRENT_DIGESTS } from "../../../../src/protocol/digests/piece-digests.ts";
import { idOf } from "../index-fixture.ts";
import { MakerFixture, sha256 } from "./maker-fixture.ts";

const ONE = { id: idOf("one"), size: 3, torrent: false };
const TORRENT = { ...ONE, torrent: true };

let making: MakerFixture;

beforeEach(() => {
  making = new MakerFixture({ hashScope: "digests" });
});

afterEach(() => making.stop());

async function stored(of: PieceDigest): Promise<string | null> {
  const digests = await making.files.index.digests(ONE.id, of);
  return digests && Buffer.from(digests).toString("hex");
}

async function startWith(...names: string[]): Promise<void> {
  for (const name of names) making.files.write(name, "one");
  await making.files.start();
  making.maker.resume();
}

test("what torrents need is made when somebody asks for it, of one file of the version, and kept", async () => {
  await startWith("a", "b");
  expect([making.read, await stored("merkle")]).toEqual([[], null]);
  expect(making.maker.progress.files).toBe(0);
  expect(making.maker.want(TORRENT)).toEqual({ why: "making", left: 3 });
  expect(making.maker.progress).toEqual({ files: 1, bytes: 3 });
  await making.allMade();
  expect(making.kinds).toEqual([TORRENT_DIGESTS]);
  const sha1 = "fe05bcdcdc4928012781a5f1a2a77cbb5398e106";
  expect([await stored("sha-256"), await stored("merkle"), await stored("sha-1")]).toEqual([
    ...[sha256("one"), sha256("one"), sha1],
  ]);
  // Nothing else has changed for others.
  expect(making.files.changes.map(({ kind }) => kind)).toEqual(["present", "present"]);
  const next = await making.files.restart();
  expect(Buffer.from((await next.index.digests(ONE.id, "sha-1")) ?? "").toString("hex")).toBe(sha1);
  await next.stop();
});

test("with what torrents need, what else is missing is made in the same pass", async () => {
  await making.files.start();
  await making.files.index.install([making.files.stage("copy", "one")]);
  making.maker.want(TORRENT);
  making.maker.resume();
  await making.allMade();
  expect(making.kinds).toEqual([[...PLAIN_DIGESTS, ...TORRENT_DIGESTS]]);
  expect(making.known()).toEqual([["copy", sha256("one")]]);
  expect(await stored("merkle")).toBe(sha256("one"));
});

test("a file without a byte has them at once", async () => {
  making.files.write("empty", "");
  await startWith();
  const empty = { id: idOf(""), size: 0, torrent: true };
  making.maker.want(empty);
  await making.allMade();
  expect(await making.files.index.digests(empty.id, "merkle")).toEqual(new Uint8Array(0));
});

test("who asks between the making and the storing does not have the file read again", async () => {
  const { files, maker } = making;
  await startWith("a");
  const flush = files.index.flush.bind(files.index);
  const answers: unknown[] = [];
  files.index.flush = () => {
    answers.push(maker.want(ONE), maker.want(TORRENT));
    return flush();
  };
  maker.want(TORRENT);
  await making.allMade();
  expect(answers).toEqual([
    { why: "making", left: 0 },
    { why: "making", left: 0 },
  ]);
  expect(making.read).toEqual(["a"]);
});

test("a file that could not be read is not read for everybody who asks", async () => {
  const { files, maker, logged } = making;
  await startWith("a");
  files.hashing.digest = () => Promise.reject(new Error("input/output error"));
  maker.want(TORRENT);
  await making.until("it was read", () => logged.length === 1);
  for (let asked = 0; asked < 3; asked++) expect(maker.want(TORRENT)).toEqual({ why: "not held", left: 0 });
  expect(maker.progress.files).toBe(1);
  files.clock.advance(600_000);
  await making.until("it was read again", () => logged.length === 2);
  expect(logged).toEqual(Array(2).fill("no hashes of a could be made: input/output error"));
});

test("not more than some can be waited for", async () => {
  await making.files.start();
  for (let other = 1; other <= 64; other++) making.maker.want({ ...TORRENT, id: String(other) });
  expect(making.maker.want(TORRENT)).toEqual({ why: "busy", left: 0 });
});
