import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { MIB } from "../../../../src/platform/units.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture } from "./download-job-fixture.ts";

const FILM = content(9 * MIB + 5);

let fixture: DownloadJobFixture;

afterEach(() => {
  fixture.stop();
});

/** Downloads the film, with force, over a file with these bytes. Gives the pieces that were fetched, and the result. */
async function replaced(older: Uint8Array) {
  fixture = new DownloadJobFixture(FILM);
  fs.writeFileSync(fixture.path, older);
  const source = fixture.source();
  const job = await fixture.startUntil("transferring", { force: true });
  fixture.sendSources();
  await fixture.until("it reports", () => job.state === "reporting");
  const [finish] = fixture.central.all("finish");
  fixture.central.send({ type: "counted", download: finish?.report.download ?? "" });
  const { result } = await fixture.end(job);
  expect(fs.readFileSync(fixture.path).equals(FILM.bytes)).toBe(true);
  expect(fs.readdirSync(fixture.folder)).toEqual(["film.mkv"]);
  return { asked: source.asked.sort(), result };
}

test("a file that is replaced gives the pieces that are the same", async () => {
  const older = Buffer.from(FILM.bytes);
  older.fill(7, 2 * MIB, 2 * MIB + 1);
  const { asked, result } = await replaced(older);
  expect(asked).toEqual([2]);
  expect(result).toMatchObject({ event: "done", reusedBytes: 8 * MIB + 5, receivedBytes: MIB, resumedBytes: 0 });
});

test("so does one that has become longer", async () => {
  const { asked, result } = await replaced(FILM.bytes.subarray(0, 7 * MIB));
  expect(asked).toEqual([7, 8, 9]);
  expect(result).toMatchObject({ event: "done", reusedBytes: 7 * MIB, receivedBytes: 2 * MIB + 5 });
});
