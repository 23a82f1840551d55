import { expect, test } from "bun:test";
import fs from "node:fs";
import { spoolInput } from "../../../../src/client/uploads/spooled-input.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const DEPS = { disk: systemDisk, random: systemRandom };

/** Gives each block once `before` has been called. */
async function* blocks(texts: readonly string[], before: () => void = () => {}): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    before();
    yield Buffer.from(text);
  }
}

test("all of a stream is in the file, in order, and nothing of it has a name at any time", async () => {
  const folder = temporaryFolder();
  const names: string[] = [];
  const input = blocks(["one ", "", "two ", "three"], () => names.push(...fs.readdirSync(folder)));
  const spooled = await spoolInput(DEPS, folder, input);
  expect(fs.readFileSync(spooled.path, "utf8")).toBe("one two three");
  await spooled.close();
  expect([names, fs.readdirSync(folder), fs.existsSync(spooled.path)]).toEqual([[], [], false]);
});

test("a stream that breaks off, or a disk that takes no more, leaves nothing open", async () => {
  const closed: number[] = [];
  const full = new DiskError("full", "/folder", "the disk is full");
  const disk = {
    open: async () => 7,
    remove: async () => {},
    write: async (_fd: number, bytes: Uint8Array) => {
      if (bytes.length > 4) throw full;
    },
    close: async (fd: number) => void closed.push(fd),
  };
  const spool = (input: AsyncIterable<Uint8Array>) =>
    spoolInput({ disk, random: systemRandom }, "/folder", input).catch((error: unknown) => error);
  expect(await spool(blocks(["one ", "three"]))).toBe(full);
  const gone = new Error("gone");
  const breaking = blocks(["one ", "two "], () => {
    throw gone;
  });
  expect(await spool(breaking)).toBe(gone);
  expect(closed).toEqual([7, 7]);
});
