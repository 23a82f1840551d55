import { expect, test } from "bun:test";
import { every } from "../../../src/platform/clock.ts";
import { content } from "./content.ts";
import { DownloadFixture } from "./download-fixture.ts";

const KIB = 1024;
/** Two pieces. */
const FILE = content(1024 * KIB + 77);

test.each([
  [50 * KIB, 3],
  [10 * KIB, 5],
  [400 * KIB, 1],
])(
  "at %d bytes a second from %d sources none is taken for dead or slow, and nothing comes twice",
  async (rate, count) => {
    const fixture = new DownloadFixture(FILE);
    for (let source = 0; source < count; source++) fixture.source();
    fixture.limiter.setRate(rate);
    const download = await fixture.download();
    expect(await fixture.run(download, 200)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    const { duplicateBytes, retries } = download.stats();
    expect([duplicateBytes, retries]).toEqual([0, 0]);
    expect(fixture.sources.map(({ greetings }) => greetings)).toEqual(fixture.sources.map(() => 1));
    expect([fixture.faultsFound, fixture.warnings, fixture.noSourcesReasons]).toEqual([[], [], []]);
    const seconds = fixture.clock.passed / 1000;
    const least = FILE.version.size / rate;
    expect(seconds).toBeGreaterThan(0.9 * least);
    // A limit that begins, and steps of 0.2 s.
    expect(seconds).toBeLessThan(least + 0.8);
    fixture.expectNothingRunning();
  },
);

test("a source that falls silent under a limit is replaced by another one all the same", async () => {
  const fixture = new DownloadFixture(FILE);
  fixture.source({ script: () => "freeze" });
  fixture.source();
  fixture.limiter.setRate(50 * KIB);
  const download = await fixture.download();
  expect(await fixture.run(download)).toEqual({ kind: "done" });
  fixture.expectWholeFile();
});

test("a limit that is lifted in the middle holds the download back no longer", async () => {
  const fixture = new DownloadFixture(FILE);
  fixture.source();
  fixture.limiter.setRate(KIB);
  const download = await fixture.download();
  fixture.clock.after(5000, () => fixture.limiter.setRate(null));
  expect(await fixture.run(download)).toEqual({ kind: "done" });
  expect(fixture.clock.passed).toBeLessThan(7000);
});

test("a source that its own limit holds back for minutes is waited for, and not called dead", async () => {
  const fixture = new DownloadFixture(FILE);
  fixture.source({ heldBackMs: 150_000 });
  const download = await fixture.download(36_000);
  expect(await fixture.run(download, 500)).toEqual({ kind: "done" });
  fixture.expectWholeFile();
  expect(fixture.clock.passed).toBeGreaterThan(150_000);
  const { duplicateBytes, retries } = download.stats();
  expect([duplicateBytes, retries, fixture.sources[0]?.greetings]).toEqual([0, 0, 1]);
  expect([fixture.faultsFound, fixture.warnings, fixture.noSourcesReasons]).toEqual([[], [], []]);
  fixture.expectNothingRunning();
});

test("a source that says so and never sends anything is given up", async () => {
  const fixture = new DownloadFixture(FILE);
  fixture.source({ heldBackMs: 10_000_000 });
  const download = await fixture.download(36_000);
  const outcome = await fixture.run(download, 500);
  if (outcome.kind !== "failed") throw new Error(outcome.kind);
  expect(String(outcome.message)).toContain("delivered anything for 36 s");
  expect(fixture.clock.passed).toBeGreaterThan(300_000);
  expect(fixture.clock.passed).toBeLessThan(400_000);
  expect(fixture.warnings).toContainEqual(expect.stringContaining("has sent nothing for a long time"));
});

test("a stuck source is not kept by its pongs, though these wait for a limit that others use up", async () => {
  const fixture = new DownloadFixture(FILE);
  fixture.source({ script: () => "say nothing" });
  fixture.limiter.setRate(100 * KIB);
  const stop = every(fixture.clock, 50, () => void fixture.limiter.consume(5 * KIB));
  const download = await fixture.download(36_000);
  const outcome = await fixture.run(download, 100);
  stop();
  if (outcome.kind !== "failed") throw new Error(outcome.kind);
  expect(String(outcome.message)).toContain("delivered anything for 36 s");
  expect(fixture.clock.passed).toBeLessThan(80_000);
});
