import { afterEach, expect, test } from "bun:test";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import { ThreadTime } from "../../world/sim-thread.ts";
import { Simulation } from "../../world/simulation.ts";
import { ownWorkFiles } from "./own-work-files.ts";

const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 };
const FOLDER = "/work";
const PART = `${FOLDER}/film.part`;
const JOURNAL = `${FOLDER}/film.journal`;

let release = () => {};
afterEach(() => release());

/** Processes on the machine of a client, and what they do wrong. */
class Fixture {
  private readonly sim = new Simulation(1);
  private readonly cluster = new SimCluster(this.sim, SHAPE);
  private readonly machine = this.cluster.client(1).machine;
  readonly details: string[] = [];
  readonly user = this.machine.disk.user;
  private readonly watch = ownWorkFiles.watch(this.cluster, (details) => this.details.push(details));

  constructor({ locks }: { locks: boolean }) {
    release = () => this.cluster.release();
    this.machine.disk.mount(FOLDER, new SimFileSystem(this.sim, { locks }));
  }

  /** A process that does each call at once. */
  readonly process = (name: string) => {
    const { files, process } = this.machine.spawn(name);
    const disk = files.blocking(new ThreadTime(process));
    const { lock, lockBeyondEnd } = files.disk;
    const open = (path: string) => disk.open(path, "update");
    const write = (fd: number) => disk.write(fd, Buffer.from("bytes"), 0);
    return {
      ...{ open, write, close: disk.close, lockBeyondEnd },
      ...{ stop: () => process.stop(), goOn: () => process.goOn() },
      /** Opens the journal and the part, and has both. */
      lockBoth() {
        lock(open(JOURNAL));
        const part = open(PART);
        expect(lockBeyondEnd(part)).not.toBe("held");
        return part;
      },
    };
  };

  deleteByPerson(path: string): void {
    this.user.delete(path);
  }

  /** A process of the program removes a file. */
  deleteByProcess(path: string): void {
    const { disk } = this.machine;
    disk.as({ kind: "process", name: "another" }, () => disk.calls.unlink(path));
  }

  /** Looks before and after some simulated milliseconds. */
  pass(ms: number): void {
    this.watch.afterEvent?.();
    this.sim.runUntil(this.sim.now + ms);
    this.watch.afterEvent?.();
  }
}

test("who has the locks of the journal and of the part may change both", () => {
  const fixture = new Fixture({ locks: true });
  const { process, details } = fixture;
  const first = process("first");
  first.write(first.lockBoth());
  expect(details).toEqual([]);
});

test("a part is not changed without its lock, or without that of the journal beside it", () => {
  const { process, details } = new Fixture({ locks: true });
  const [first, second] = [process("first"), process("second")];
  first.write(first.open(PART));
  const part = second.open(PART);
  second.lockBeyondEnd(part);
  second.write(part);
  expect(details).toEqual([
    `first changes ${PART} on c1 without its lock`,
    `second changes ${PART} on c1 without the lock of its journal`,
  ]);
});

test.each([
  ["a process took it away breaks it", "deleteByProcess", 1],
  ["people took it away is no fault of the program", "deleteByPerson", 0],
] as const)("a lock on a journal that is not there any more since %s", (_, hand, found) => {
  const fixture = new Fixture({ locks: true });
  const first = fixture.process("first");
  const part = first.lockBoth();
  fixture[hand](JOURNAL);
  first.write(part);
  expect(fixture.details).toHaveLength(found);
});

test("a part is open without its lock only for as long as an attempt lasts, of which a stop is no part", () => {
  const fixture = new Fixture({ locks: true });
  const { process, details } = fixture;
  process("first").lockBoth();
  const [second, third] = [process("second"), process("third")];
  second.close(second.open(PART));
  third.open(PART);
  third.stop();
  fixture.pass(1000);
  third.goOn();
  fixture.pass(1);
  expect(details).toEqual([]);
  fixture.pass(1);
  expect(details).toEqual([`third has ${PART} on c1 open without its lock`]);
});

test("where there are no locks, a part that is open is not opened, nor changed without a lock file", () => {
  const { process, details, user } = new Fixture({ locks: false });
  const [first, second] = [process("first"), process("second")];
  first.write(first.lockBoth());
  expect(details).toEqual([`first changes ${PART} on c1 without a lock file`]);
  user.write(`${FOLDER}/film.lock`, Buffer.from("first"));
  second.open(PART);
  expect(details[1]).toBe(`second opens ${PART} on c1, which others have open`);
});
