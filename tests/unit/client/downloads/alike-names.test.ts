import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { ExfatDisk, MAY_FOLD } from "../../../support/exfat.ts";
import { DownloadJobFixture, NAME } from "./download-job-fixture.ts";

const OTHER = NAME.toUpperCase();

/** A forced download of the file to a path. */
async function get(fixture: DownloadJobFixture, folder: string, name: string) {
  const destination = { kind: "file", path: path.join(folder, name), folder } as const;
  const job = fixture.start({ destination, force: true });
  await fixture.until("it has asked", () =>
    fixture.central.all("download").some(({ download }) => download === job.id),
  );
  fixture.grant(job);
  await fixture.until("it goes on", () => job.state !== "requesting" && job.state !== "opening");
  fixture.sendSources();
  await fixture.until("it ends", () => ["reporting", "over"].includes(job.state));
  fixture.central.send({ type: "counted", download: job.id });
  return fixture.end(job);
}

test.skipIf(!MAY_FOLD)(
  "by force a file does not replace one whose name the disk does not tell from its own",
  async () => {
    using disk = new ExfatDisk();
    const fixture = new DownloadJobFixture();
    try {
      fixture.central.start();
      fixture.source();
      fs.writeFileSync(path.join(disk.folder, OTHER), "another file of the cluster");
      const refused = await get(fixture, disk.folder, NAME);
      expect(refused).toMatchObject({ failure: "failed" });
      expect(refused.result.error).toContain(`is there already as ${path.join(disk.folder, OTHER)}: `);
      expect(fs.readFileSync(path.join(disk.folder, OTHER), "utf8")).toBe("another file of the cluster");
      const own = path.join(disk.folder, "Older.mkv");
      fs.writeFileSync(own, "an older one");
      expect(await get(fixture, disk.folder, "Older.mkv")).toMatchObject({ failure: null });
      expect(fixture.file.bytes.equals(fs.readFileSync(own))).toBe(true);
    } finally {
      fixture.stop();
    }
  },
);
