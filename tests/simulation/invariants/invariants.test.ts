import { afterEach, expect, test } from "bun:test";
import { ClusterFigures } from "../../../src/central/figures/cluster-figures.ts";
import { CLIENT_FOLDER } from "../cluster/clients/client-machine.ts";
import type { Download } from "../cluster/clients/downloads.ts";
import { idOf } from "../cluster/people/content.ts";
import { SHARED_FOLDER, type SimSecondary } from "../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../cluster/sim-cluster.ts";
import { SimFileSystem } from "../world/disk/file-system/file-system.ts";
import type { SystemCalls } from "../world/disk/machine/system-calls.ts";
import { Simulation } from "../world/simulation.ts";
import { INVARIANTS } from "./all.ts";
import type { Invariant } from "./invariant.ts";

/** Each invariant can be broken: by hand, in a cluster whose servers do not run. */

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };
const PROCESS = { kind: "process", name: "s1" } as const;

let release = () => {};
afterEach(() => release());

class Broken {
  readonly sim = new Simulation(1);
  readonly cluster = new SimCluster(this.sim, SHAPE);
  readonly details: string[] = [];
  readonly watch: ReturnType<Invariant["watch"]>;

  constructor(name: string) {
    release = () => this.cluster.release();
    const invariant = INVARIANTS.find((one) => one.name === name);
    if (!invariant) throw new Error(`there is no invariant "${name}"`);
    this.watch = invariant.watch(this.cluster, (details) => this.details.push(details));
  }

  get first(): SimSecondary {
    return this.cluster.secondary(1);
  }

  /** A person puts a file; gives its bytes. */
  put(name: string, size = 100): Uint8Array {
    const bytes = this.cluster.users.newContent(size);
    this.cluster.users.put(this.first, name, bytes, "in place");
    return bytes;
  }

  /** The program does something on the first secondary's machine. */
  act(work: (calls: SystemCalls) => void): void {
    const { disk } = this.first.machine;
    disk.as(PROCESS, () => work(disk.calls));
  }

  /** The program puts bytes where it stages copies; gives the path. */
  stage(bytes: Uint8Array): string {
    const path = `${SHARED_FOLDER}/.redes/staged`;
    this.first.machine.disk.user.makeFolder(`${SHARED_FOLDER}/.redes`);
    this.act((calls) => write(calls, path, bytes));
    return path;
  }

  /** A client begins a download; nobody answers. */
  download(news: Partial<Download>): Download {
    const client = this.cluster.client(1);
    client.get({ names: ["a"], to: "folder", force: false, waitMs: 1000 });
    const [download] = this.cluster.downloads;
    if (!download) throw new Error("nothing was begun");
    return Object.assign(download, news);
  }

  expectAll(pattern: RegExp): void {
    this.watch.afterEvent?.();
    this.watch.atEnd?.();
    this.watch.afterStop?.();
    expect(this.details.join("\n")).toMatch(pattern);
  }
}

function write(calls: SystemCalls, path: string, bytes: Uint8Array): void {
  const file = calls.open(path, "update");
  file.write(0, bytes);
  file.close();
}

const finished = (id: string, error?: string) => ({
  result: { event: "done", id, receivedBytes: 1, resumedBytes: 0, ...(error && { error }) } as never,
  failure: error ? ("failed" as const) : null,
  ...{ present: false, partFile: null },
});

test("no process crashes", () => {
  const broken = new Broken("no process crashes");
  broken.first.machine.spawn("s1").process.receive(() => {
    throw new Error("not foreseen");
  });
  broken.expectAll(/s1 at 0 ms: Error: not foreseen/);
});

test("nothing goes on without a pause", () => {
  const broken = new Broken("nothing goes on without a pause");
  broken.sim.events = 1e9;
  broken.expectAll(/more than \d+ events/);
});

test("what a process takes is bounded", () => {
  const broken = new Broken("what a process takes is bounded");
  const { process } = broken.first.machine.spawn("s1");
  for (let count = 0; count < 1000; count++) process.clock.after(1e6, () => {});
  broken.sim.runUntil(1000);
  broken.expectAll(/s1 has 1000 timers/);
});

test("nothing is left after a stop", () => {
  const broken = new Broken("nothing is left after a stop");
  const ports = broken.first.machine.spawn("s1");
  ports.clock.after(1e6, () => {});
  broken.first.machine.exit(ports);
  broken.expectAll(/s1 ended at 0 ms with 1 timers/);
});

test("finished files are right", () => {
  const broken = new Broken("finished files are right");
  const { disk } = broken.cluster.client(1).machine;
  disk.user.makeFolder(CLIENT_FOLDER);
  disk.as(PROCESS, () => write(disk.calls, `${CLIENT_FOLDER}/.work`, new Uint8Array(5)));
  disk.as(PROCESS, () => disk.calls.rename(`${CLIENT_FOLDER}/.work`, `${CLIENT_FOLDER}/a`, true));
  broken.expectAll(/a gets a content \w+ that nobody made/);
});

test("finished files are right, also in the end", () => {
  const broken = new Broken("finished files are right");
  const id = idOf(broken.put("a"));
  broken.download({ state: "done", finished: finished(id), held: { id, size: 100 } });
  broken.expectAll(/is not there in the end/);
});

test("every download ends as it must", () => {
  const broken = new Broken("every download ends as it must");
  const download = broken.download({});
  broken.expectAll(/does not end/);
  Object.assign(download, { state: "failed", finished: finished("", "it was cancelled") });
  broken.expectAll(/nobody has stopped it/);
});

test("every download ends as it must, each of them", () => {
  const broken = new Broken("every download ends as it must");
  const first = broken.download({ cancelled: true });
  const text = "a.part was changed by somebody while it grew";
  const second = { ...first, number: 2, name: "b", cancelled: false };
  broken.cluster.downloads.push(second);
  Object.assign(first, { state: "failed", finished: finished("", "it was cancelled") });
  broken.watch.afterEvent?.();
  Object.assign(second, { state: "failed", finished: finished("", `${text}: 1 piece of 2 must come again`) });
  broken.expectAll(/^download 2 of b fails: a.part was changed .*; nobody laid hands on it$/);
});

test("no unverified piece is served", () => {
  const broken = new Broken("no unverified piece is served");
  broken.first.machine.spawn("s1").log.warn("bad-piece", "sent wrong bytes");
  broken.expectAll(/s1 says: sent wrong bytes/);
});

test("older never replaces newer", () => {
  const broken = new Broken("older never replaces newer");
  const old = broken.put("a");
  broken.put("a");
  const staged = broken.stage(old);
  broken.act((calls) => calls.rename(staged, `${SHARED_FOLDER}/a`, true));
  broken.expectAll(/which came before it/);
});

test("what leaves a folder is kept", () => {
  const broken = new Broken("what leaves a folder is kept");
  broken.put("a");
  broken.act((calls) => calls.unlink(`${SHARED_FOLDER}/a`));
  broken.expectAll(/destroys \w+ of a and does not keep it/);
});

/** The program keeps `a`, which has a second name for that, and changes its mind; meanwhile a person may do something. */
function keepInVain(broken: Broken, meanwhile: () => void): void {
  const kept = `${SHARED_FOLDER}/.redes/kept/label`;
  broken.first.machine.disk.user.makeFolder(kept);
  broken.act((calls) => calls.link(`${SHARED_FOLDER}/a`, `${kept}/a`));
  meanwhile();
  broken.act((calls) => calls.unlink(`${kept}/a`));
}

test("what leaves a folder is kept: a person may take it away while it is being kept", () => {
  const broken = new Broken("what leaves a folder is kept");
  const { users } = broken.cluster;
  broken.put("a");
  keepInVain(broken, () => users.delete(broken.first, "a"));
  broken.put("a");
  keepInVain(broken, () => users.put(broken.first, "a", users.newContent(10), "by rename"));
  expect(broken.details).toEqual([]);
  keepInVain(broken, () => broken.act((calls) => calls.unlink(`${SHARED_FOLDER}/a`)));
  expect(broken.details.join("\n")).toMatch(/deletes the kept a after 0 s, with room left/);
});

test("a copy is whole after a power loss", () => {
  const details: string[] = [];
  for (let seed = 0; seed < 20; seed++) {
    const broken = new Broken("a copy is whole after a power loss");
    const staged = broken.stage(broken.cluster.users.newContent(50_000));
    broken.act((calls) => calls.rename(staged, `${SHARED_FOLDER}/a`, true));
    broken.first.disk.names.syncAll();
    broken.first.machine.disk.powerLoss(broken.sim.random(`power ${seed}`));
    details.push(...broken.details);
    broken.cluster.release();
    release = () => {};
  }
  expect(details.join("\n")).toMatch(/has a torn copy of \w+ as a/);
});

test("nothing is written to another disk", () => {
  const broken = new Broken("nothing is written to another disk");
  const { disk } = broken.first.machine;
  broken.stage(new Uint8Array(0));
  disk.user.write(`${SHARED_FOLDER}/.redes/marker`, new Uint8Array(1));
  disk.mount(SHARED_FOLDER, new SimFileSystem(broken.sim));
  const staged = broken.stage(new Uint8Array(5));
  broken.act((calls) => calls.rename(staged, `${SHARED_FOLDER}/a`, true));
  broken.expectAll(/makes \S+staged on a disk that is not the one of its shared folder\n.*puts \S+a on a disk/);
});

test("replicas converge", () => {
  new Broken("replicas converge").expectAll(/the central does not run/);
});

/** What an object of the program says, in the place of the object. */
function pretend(broken: Broken, role: object): void {
  Object.defineProperty(broken.cluster.central, "role", { value: role });
  Object.defineProperty(broken.cluster.central, "started", { value: true });
}

test("nothing waits for ever", () => {
  const broken = new Broken("nothing waits for ever");
  pretend(broken, { admission: { activeCount: 1, waitingCount: 2 } });
  broken.expectAll(/1 downloads are active and 2 wait at the central/);
});

test("status tells the truth", () => {
  const broken = new Broken("status tells the truth");
  const version = { name: "a", id: idOf(broken.put("a")) };
  const address = { host: "s2", port: 1 };
  const copies = { obstacleCount: 0, firstObstacle: "" };
  const second = { number: 2, address, phase: "live", fileCount: 3, copies, diskFault: null, accusationCount: 0 };
  const registry = { secondaries: { sorted: () => [second] }, catalogue: { after: () => [version] } };
  pretend(broken, { registry, figures: new ClusterFigures() });
  for (let look = 1; look <= 20; look++) {
    broken.sim.runUntil(look * 5000);
    broken.watch.afterEvent?.();
  }
  broken.expectAll(/secondary 2 lacks \w+ of a, and is said to be in step\n.*has 0 files, and status counts 3/);
});

test("no version is lost", () => {
  const broken = new Broken("no version is lost");
  broken.put("a");
  broken.expectAll(/secondary 2 has version \w+ of a under no name/);
});

test("every file is one that somebody made", () => {
  const broken = new Broken("every file is one that somebody made");
  broken.first.machine.disk.user.write(`${SHARED_FOLDER}/a`, new Uint8Array(3));
  broken.expectAll(/a content \w+ that nobody made\n.*a name that nobody gave/);
});

test("every file is one that somebody made, also for a moment", () => {
  const broken = new Broken("every file is one that somebody made");
  const staged = broken.stage(new Uint8Array(3));
  broken.act((calls) => calls.rename(staged, `${SHARED_FOLDER}/a`, true));
  expect(broken.details.join("\n")).toMatch(/secondary 1 gives a a content \w+ that nobody made/);
});

test("what is being written is no version", () => {
  const broken = new Broken("what is being written is no version");
  const { users } = broken.cluster;
  broken.put("a");
  Object.assign(broken.first.disk.features, { leases: true });
  const finish = users.beginWritingOver(broken.first, "a", users.newContent(100));
  const record = { index: { get: () => ({ id: users.filesOf(broken.first).idOf("a") }) } };
  Object.defineProperty(broken.first.server, "role", { value: record });
  broken.watch.afterEvent?.();
  finish();
  broken.watch.afterEvent?.();
  expect(broken.details).toEqual([expect.stringMatching(/records \w+ of a, which somebody is writing/)]);
});

test("removed stays removed", () => {
  const broken = new Broken("removed stays removed");
  const removal = broken.cluster.users.versions.beginRemoval("a", idOf(broken.put("a")));
  broken.cluster.users.versions.beginRemoval("a", removal.id);
  removal.doneAt = 0;
  broken.expectAll(/of a, removed at 0 ms, is at secondary 1/);
});

test("counts are what clients were told", () => {
  const broken = new Broken("counts are what clients were told");
  broken.download({ state: "done", id: "1", receipts: 1, finished: finished("") });
  broken.expectAll(/0 downloads of a are counted, and there were 1/);
});
