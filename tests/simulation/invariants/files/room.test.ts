import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Socket } from "../../../../src/net/transport/network.ts";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { fillDisk } from "../../scenario/faults/disks/fill-disk.ts";
import { Simulation } from "../../world/simulation.ts";
import { roomForCopies } from "./room.ts";

const QUIET = { data() {}, drained() {}, closed() {} };

let sim: Simulation;
let cluster: SimCluster;
let details: string[];

beforeEach(() => {
  sim = new Simulation(1);
  cluster = new SimCluster(sim, { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 });
  details = [];
  roomForCopies.watch(cluster, (text) => details.push(text));
});
afterEach(() => cluster.release());

/** Time goes by, and then a write of the first secondary finds its disk full. What is wrong with that. */
function fullAfter(ms: number): string[] {
  sim.runUntil(sim.now + ms);
  cluster.secondary(1).machine.disk.refused(`${SHARED_FOLDER}/.redes/staged`, "ENOSPC");
  return details.splice(0);
}

/** The first secondary calls another machine, which is silent. */
function connect(host: string): Socket {
  const { machines } = cluster;
  const callee = machines.find((machine) => machine.host === host)?.spawn(host);
  const caller = cluster.secondary(1).machine.spawn("s1");
  const { port } = callee?.network.listen({ host, port: 0 }, () => QUIET) ?? { port: 0 };
  const sockets: Socket[] = [];
  const attach = (socket: Socket) => {
    sockets.push(socket);
    return QUIET;
  };
  void caller.network.connect({ host, port }, attach, { role: "secondary", number: 2 });
  sim.runUntil(sim.now + 1000);
  const [socket] = sockets;
  if (!socket) throw new Error(`not connected with ${host}`);
  return socket;
}

function fill(secondary: number): void {
  cluster.happened.push({ at: sim.now, kind: fillDisk.name, params: { secondary }, fault: true });
}

const BROKEN = [expect.stringMatching(/^a write at secondary 1 finds the disk full: /)];

test("a copy has room, except for a moment after the disk was filled", () => {
  expect(fullAfter(0)).toEqual(BROKEN);
  fill(1);
  expect(fullAfter(2000)).toEqual([]);
  expect(fullAfter(2000)).toEqual(BROKEN);
});

test("one that was under way then may find it full for as long as it is", () => {
  connect("central");
  const socket = connect("s2");
  fill(2);
  expect(fullAfter(4000)).toEqual(BROKEN);
  fill(1);
  expect(fullAfter(20_000)).toEqual([]);
  socket.destroy();
  expect(fullAfter(1000)).toEqual(BROKEN);
  connect("s2");
  expect(fullAfter(1000)).toEqual(BROKEN);
});

test("so may one that was under way when people put a file there, and none that begins later", () => {
  const { disk } = cluster.secondary(1).machine;
  const put = () => disk.user.write(`${SHARED_FOLDER}/film`, new Uint8Array(5000));
  const socket = connect("s2");
  sim.runUntil(sim.now + 2000);
  disk.user.makeFolder(SHARED_FOLDER);
  put();
  expect(fullAfter(20_000)).toEqual([]);
  socket.destroy();
  sim.runUntil(sim.now + 1000);
  connect("s2");
  expect(fullAfter(1000)).toEqual(BROKEN);
});

/** The program opens a part of what a client sends to the first secondary; gives what a write to it that finds no room says. */
function openPart(): (afterMs: number) => string[] {
  const { disk } = cluster.secondary(1).machine;
  const path = `${SHARED_FOLDER}/.redes/put-${"0".repeat(64)}.part`;
  disk.user.makeFolder(`${SHARED_FOLDER}/.redes`);
  disk.as({ kind: "process", name: "s1" }, () => disk.opened(disk.calls.open(path, "update")));
  return (afterMs) => {
    sim.runUntil(sim.now + afterMs);
    disk.refused(path, "ENOSPC");
    return details.splice(0);
  };
}

test("what a client has begun to send before the disk was filled may find it full, and nothing that begins later", () => {
  sim.runUntil(1000);
  const full = openPart();
  expect(full(20_000)).toEqual(BROKEN);
  sim.runUntil(sim.now + 1000);
  fill(1);
  expect(full(20_000)).toEqual([]);
  // Another try sends the rest.
  expect(openPart()(20_000)).toEqual(BROKEN);
});

test("a lock file has none reserved, nor has what takes over one", () => {
  const refuse = (name: string) => cluster.secondary(1).machine.disk.refused(`${SHARED_FOLDER}/${name}`, "ENOSPC");
  for (const name of ["a.lock", "a.lock-0123456789abcdef"]) refuse(name);
  expect(details).toEqual([]);
  refuse("a.locked");
  expect(details).toEqual([expect.stringContaining("a.locked")]);
});
