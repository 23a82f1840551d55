import { expect, test } from "bun:test";
import { SeededRandom } from "../random.ts";
import { SimProcess } from "../sim-process.ts";
import { ThreadTime } from "../sim-thread.ts";
import { Simulation } from "../simulation.ts";
import { SimFileSystem } from "./file-system/file-system.ts";
import { MachineDisk } from "./machine/machine-disk.ts";
import { ProcessDisk } from "./process/process-disk.ts";

function start() {
  const sim = new Simulation(1);
  const machine = new MachineDisk(sim, "one");
  const fs = new SimFileSystem(sim);
  machine.mount("/data", fs);
  const process = new SimProcess(sim, "secondary 1", 100, { ahead: 0 });
  const own = new ProcessDisk(machine, process, new SeededRandom(7));
  return { sim, machine, fs, process, own, disk: own.disk };
}

test("a process writes, syncs, renames and reads", () => {
  const { sim, machine, own, disk, process } = start();
  let text = "";
  const work = async () => {
    expect(await disk.makeFolder("/data/a/b")).toBe("/data/a");
    const fd = await disk.open("/data/a/b/new", "create");
    await disk.write(fd, Buffer.from("hello"), 0);
    await disk.sync(fd);
    await disk.close(fd);
    await disk.rename("/data/a/b/new", "/data/a/old");
    await disk.syncFolder("/data/a");
    const again = await disk.open("/data/a/old", "read");
    const buffer = Buffer.alloc(10);
    text = buffer.toString("utf8", 0, await disk.read(again, buffer, 0));
    expect(own.openPaths).toEqual(["/data/a/old"]);
  };
  let failure: unknown = null;
  work().catch((error) => {
    failure = error;
  });
  sim.runUntil(1000);
  expect(failure).toBeNull();
  expect(text).toBe("hello");
  expect(own.openCount).toBe(1);
  process.kill();
  expect(own.openCount).toBe(0);
  expect(machine.user.list("/data").map(({ path }) => path)).toEqual(["a", "a/b", "a/old"]);
});

test("a blocking call is done at once, and takes its time of the thread", () => {
  const { own, process, machine } = start();
  const time = new ThreadTime(process);
  const disk = own.blocking(time);
  const fd = disk.open("/data/file", "create");
  disk.write(fd, new Uint8Array(1_000_000), 0);
  disk.syncfs(fd);
  disk.close(fd);
  expect(machine.user.size("/data/file")).toBe(1_000_000);
  expect(time.behind).toBeGreaterThan(5);
});
