import { afterEach, beforeEach, expect, test } from "bun:test";
import { fetchPieceHashes } from "../../../../src/client/verify/piece-hashes.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { driveThrough } from "../../../support/drive.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture, NAME } from "../downloads/download-job-fixture.ts";

const FILM = content(3 * MIB + 5);

let fixture: DownloadJobFixture;

beforeEach(async () => {
  fixture = new DownloadJobFixture(FILM);
  fixture.central.start();
  fixture.session.start();
  await fixture.until("it has entered", () => fixture.session.connected);
});

afterEach(() => {
  fixture.stop();
});

/** The piece hashes; or why they cannot be had. */
async function fetched(giveUpAfterMs = 10_000, cancelled = new AbortController()): Promise<Uint8Array | string> {
  const fetching = fetchPieceHashes(fixture.deps, NAME, FILM.version, giveUpAfterMs, cancelled.signal);
  await fixture.until("it asks where the file is", () => fixture.central.all("watch").length > 0);
  fixture.sendSources();
  return driveThrough(
    fixture.clock,
    fetching.catch((error: Error) => error.message),
  );
}

test("the hashes of the pieces come from a secondary, no piece does, and nobody is told of a download", async () => {
  const source = fixture.source();
  expect(await fetched()).toEqual(new Uint8Array(FILM.hashes));
  expect([source.manifests, source.asked]).toEqual([1, []]);
  await fixture.until("it asks no more", () => fixture.central.all("unwatch").length > 0);
  expect([fixture.central.all("download"), fixture.central.all("finish")]).toEqual([[], []]);
});

test("hashes that are not the version's are refused, and those of another secondary taken", async () => {
  fixture.source({ manifest: "wrong" });
  fixture.source();
  expect(await fetched()).toEqual(new Uint8Array(FILM.hashes));
});

test("without a secondary that gives them it says why, after some time", async () => {
  fixture.source({ manifest: "refused" });
  const began = fixture.clock.now();
  expect(await fetched(3000)).toContain("not here");
  expect(fixture.clock.now() - began).toBeLessThan(10_000);
});

test("who does not want them any more is not kept waiting", async () => {
  const began = fixture.clock.now();
  const cancelled = new AbortController();
  fixture.clock.after(100, () => cancelled.abort());
  expect(await fetched(30_000, cancelled)).toBe("they were not fetched");
  expect(fixture.clock.now() - began).toBeLessThan(1000);
  expect(await fetched(30_000, cancelled)).toBe("they were not fetched");
  expect(fixture.clock.now() - began).toBeLessThan(2000);
});

test("a get of the same file goes on hearing of its sources when they have come", async () => {
  fixture.source({ have: [] });
  const job = fixture.start({ destination: { kind: "file", path: `${fixture.path} 2` } });
  await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
  fixture.grant(job);
  await fixture.until("it is under way", () => job.state === "transferring");
  expect(await fetched()).toEqual(new Uint8Array(FILM.hashes));
  await fixture.pass(200);
  expect(fixture.central.all("unwatch")).toEqual([]);
  job.cancel();
  await fixture.end(job);
  await fixture.until("nobody asks any more", () => fixture.central.all("unwatch").length === 1);
});
