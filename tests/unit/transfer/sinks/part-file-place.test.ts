import { expect, test } from "bun:test";
import fs from "node:fs";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { drive } from "../../../support/drive.ts";
import { FILE, PartFileFixture } from "./part-file-fixture.ts";

test("a part that stays in its place goes on, and one that is taken away ends the download soon", async () => {
  const fixture = new PartFileFixture();
  const sink = await fixture.prepare();
  const failures: string[] = [];
  sink.setListener({ consumed() {}, pieceChecked() {}, failed: ({ message }) => void failures.push(message) });
  await sink.begin(FILE.hashes, new Bitmap(FILE.hashes.length / 32));
  const until = fixture.clock.now() + 10_000;
  await drive(fixture.clock, "time passes", () => fixture.clock.now() >= until, 1000);
  expect(failures).toEqual([]);
  fs.renameSync(fixture.part, `${fixture.part}.away`);
  await drive(fixture.clock, "it is noticed", () => failures.length > 0, 1000);
  expect(failures[0]).toContain(fixture.part);
  await sink.abandon();
});
