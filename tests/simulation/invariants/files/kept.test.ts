import { afterEach, expect, test } from "bun:test";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import { Simulation } from "../../world/simulation.ts";
import { keptFiles } from "./kept.ts";

const SHAPE = { secondaries: 1, clients: 0, expected: 1, maxDownloads: 0, keepDays: 7 };
const PROCESS = { kind: "process", name: "s1" } as const;

let release = () => {};
afterEach(() => release());

/** What is found when the program moves a file of a folder to the kept ones, or removes it. */
function found(disk: "its own disk" | "another disk", does: "keeps" | "removes"): string[] {
  const cluster = new SimCluster(new Simulation(1), SHAPE);
  release = () => cluster.release();
  const details: string[] = [];
  const watch = keptFiles.watch(cluster, (text) => details.push(text));
  const { machine } = cluster.secondary(1);
  if (disk === "another disk") machine.disk.mount(SHARED_FOLDER, new SimFileSystem(cluster.sim));
  const [file, kept] = [`${SHARED_FOLDER}/a`, `${SHARED_FOLDER}/.redes/kept/20231114T221340Z-000001-replaced-1-0/a`];
  machine.disk.user.makeFolder(kept.slice(0, kept.lastIndexOf("/")));
  machine.disk.user.write(file, Buffer.from("old"));
  machine.disk.user.write(`${SHARED_FOLDER}/.redes/new`, Buffer.from("new"));
  machine.disk.as(PROCESS, () => {
    const { calls } = machine.disk;
    if (does === "keeps") calls.link(file, kept);
    calls.rename(`${SHARED_FOLDER}/.redes/new`, file, true);
  });
  watch.afterEvent?.();
  return details;
}

test("a file that a copy replaces is kept on the disk of the folder", () => {
  expect(found("its own disk", "keeps")).toEqual([]);
  expect(found("its own disk", "removes")).toEqual([expect.stringContaining("of a and does not keep it")]);
});

test("what a secondary keeps of another disk that stands in the folder's place is not looked for", () => {
  expect(found("another disk", "removes")).toEqual([]);
});
