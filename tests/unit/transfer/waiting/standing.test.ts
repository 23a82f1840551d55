import { expect, test } from "bun:test";
import { drive } from "../../../support/drive.ts";
import { DownloadFixture } from "../download-fixture.ts";

test("of sources of which one falls silent, that one is waited for, and there is no rate", async () => {
  const fixture = new DownloadFixture();
  fixture.source({ have: [0, 1, 2, 3] });
  fixture.source({ script: (_piece, count) => (count < 2 ? "honest" : "freeze") });
  const download = await fixture.download();
  const outcome = download.run();
  await drive(fixture.clock, "it stands still", () => download.stats().hindrance !== null);
  const { hindrance, rate, readySources, doneBytes } = download.stats();
  expect([hindrance, rate, readySources]).toEqual([{ kind: "sources", numbers: [2] }, 0, 2]);
  expect(doneBytes).toBeGreaterThan(0);
  download.stop({ kind: "cancelled" });
  await outcome;
  expect(download.stats().hindrance).toBeNull();
});

test("of sources that are gone, all are waited for; while it is paused nothing is", async () => {
  const fixture = new DownloadFixture();
  for (const source of [fixture.source(), fixture.source()]) source.die();
  const download = await fixture.download();
  const outcome = download.run();
  await drive(fixture.clock, "that is known", () => fixture.noSourcesReasons.length > 0);
  expect(download.stats().hindrance).toEqual({ kind: "sources", numbers: [1, 2] });
  download.pause();
  expect(download.stats().hindrance).toBeNull();
  download.stop({ kind: "cancelled" });
  await outcome;
});

test.each(["there", "here"])("a limit is why nothing comes: %s", async (where) => {
  const fixture = new DownloadFixture();
  fixture.source(where === "there" ? { heldBackMs: 60_000 } : {});
  const download = await fixture.download(50_000);
  const outcome = download.run();
  if (where === "here") {
    await drive(fixture.clock, "something has come", () => download.stats().receivedBytes > 0);
    fixture.limiter.setRate(1);
  }
  await drive(fixture.clock, "a limit holds it back", () => download.stats().hindrance?.kind === "limit");
  download.stop({ kind: "cancelled" });
  await outcome;
});
