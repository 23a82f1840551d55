import { afterEach, expect, test } from "bun:test";
import { CLIENT_FOLDER } from "../cluster/clients/client-machine.ts";
import { SHARED_FOLDER } from "../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../cluster/sim-cluster.ts";
import type { MachineDisk } from "../world/disk/machine/machine-disk.ts";
import { Simulation } from "../world/simulation.ts";
import { finishedFiles } from "./downloads/finished-files.ts";
import { knownContents } from "./files/known-contents.ts";
import { PeoplesFiles } from "./peoples-files.ts";

const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 };
const PROCESS = { kind: "process", name: "p" } as const;
const JUNK = Buffer.from("junk");

let release = () => {};
afterEach(() => release());

function newCluster(): SimCluster {
  const cluster = new SimCluster(new Simulation(1), SHAPE);
  release = () => cluster.release();
  return cluster;
}

/** What the program does with a file of its own: makes it, and gives it its name. */
function make(disk: MachineDisk, path: string): void {
  disk.as(PROCESS, () => disk.calls.open(path, "update").close());
}

function rename(disk: MachineDisk, from: string, to: string): void {
  disk.as(PROCESS, () => disk.calls.rename(from, to, true));
}

/** What hands do to a part that has no bytes. */
const HANDS: readonly (readonly [string, (disk: MachineDisk, part: string) => void])[] = [
  ["bytes are added to it", ({ user }, part) => user.append(part, JUNK)],
  ["it is written over", ({ user }, part) => user.overwrite(part, 0, JUNK)],
  ["it gets another length", ({ user }, part) => user.truncate(part, 7)],
  [
    "another file comes in its place",
    ({ user }, part) => {
      user.delete(part);
      user.write(part, JUNK);
    },
  ],
  ["another file is renamed over it", ({ user }, part) => user.replace(part, JUNK)],
];

test.each(HANDS)("a file is known as people's, also by another name, when %s", (_, lay) => {
  const { disk } = newCluster().client(1).machine;
  const files = new PeoplesFiles(disk);
  disk.user.makeFolder("/work");
  make(disk, "/work/part");
  lay(disk, "/work/part");
  rename(disk, "/work/part", "/work/film");
  const { inode } = disk.calls.existing("/work/film", false);
  expect(files.has(inode)).toBe(true);
});

test("a file of the program to which nobody else has written is not, whatever names it gets", () => {
  const { disk } = newCluster().client(1).machine;
  const files = new PeoplesFiles(disk);
  disk.user.makeFolder("/work");
  make(disk, "/work/part");
  disk.user.hardLink("/work/part", "/work/second");
  disk.user.rename("/work/second", "/work/third");
  disk.user.read("/work/part");
  expect(files.has(disk.calls.existing("/work/third", false).inode)).toBe(false);
});

test.each(HANDS)("a part that gets its name in the moment in which %s is not the program's fault", (_, lay) => {
  const cluster = newCluster();
  const details: string[] = [];
  for (const { watch } of [finishedFiles, knownContents]) watch(cluster, (text) => details.push(text));
  const places = [
    [cluster.client(1).machine.disk, CLIENT_FOLDER],
    [cluster.secondary(1).machine.disk, SHARED_FOLDER],
  ] as const;
  for (const [disk, folder] of places) {
    const part = `${folder}/.redes/a.part`;
    disk.user.makeFolder(`${folder}/.redes`);
    make(disk, part);
    lay(disk, part);
    rename(disk, part, `${folder}/a`);
  }
  expect(details).toEqual([]);
});
