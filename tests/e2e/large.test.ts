import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same } from "../support/files.ts";

/** Large enough for direct writes, with an end that cannot be written so. */
const IMAGE = 160 * MIB + 5;
const RATE = 16 * MIB;

/** Whether a process has one of its descriptors of a file for direct writes. */
function writesDirectly(pid: number, file: string): boolean {
  return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => {
    if (fs.readlinkSync(`/proc/${pid}/fd/${fd}`) !== file) return false;
    const flags = fs.readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8").match(/^flags:\s+(\d+)$/m)?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & fs.constants.O_DIRECT) !== 0;
  });
}

/** Whether direct writes are possible in a folder. */
async function canBeDirect(folder: string): Promise<boolean> {
  const name = path.join(folder, "probe");
  const file = fs.openSync(name, "w+");
  const direct = await systemDisk.openDirect(file);
  if (direct !== null) fs.closeSync(direct);
  fs.closeSync(file);
  fs.rmSync(name);
  return direct !== null;
}

test("a large file goes past the page cache where that can be, and resumes to the piece after a kill", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) =>
    put(folder(1), "image.bin", randomBytes(IMAGE)),
  );
  const dir = cluster.downloads();
  const possible = await canBeDirect(dir);
  cluster.slow(RATE);
  const get = cluster.getting(["image.bin"], { dir });
  await cluster.sent([1, 2, 3], 8 * MIB);
  expect(writesDirectly(get.pid, workFilesFor(path.join(dir, "image.bin")).part)).toBe(possible);
  await get.kill();
  const { passed } = cluster;
  cluster.fast();
  const { code, results } = await cluster.get(["image.bin"], { dir });
  expect(code).toBe(0);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(result.resumedBytes).toBeGreaterThan(10 * MIB);
  expect(result.resumedBytes).toBeLessThanOrEqual(passed);
  expect(result.receivedBytes - result.duplicateBytes).toBe(IMAGE - result.resumedBytes);
  expect(await same(path.join(dir, "image.bin"), path.join(cluster.folder(1), "image.bin"))).toBe(true);
  expect(everything(dir)).toEqual(["image.bin"]);
});
