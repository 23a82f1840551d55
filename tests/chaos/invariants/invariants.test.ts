import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { messageOf } from "../../../src/sentences/sentence-error.ts";
import { requireRoom } from "../../../src/transfer/sinks/work-files/room.ts";
import type { GetResult, Listed, Status } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import type { Receipt } from "../clients/receipt.ts";
import { digestOf, programsId } from "../people/content.ts";
import { FolderContents } from "../people/folder-contents.ts";
import { History } from "../people/history.ts";
import { INVARIANTS } from "./all.ts";
import type { Observed } from "./invariant.ts";

/** Each invariant can be broken: this is a cluster where all is well, of which each test spoils one thing. */

const NAME = "folder/a.bin";
const CONTENT = Buffer.from("content");
const OLD = Buffer.from("what it replaced");
const FIGURES = { memory: 100, descriptors: 20, openFiles: 3, threads: 12 };

const RESULT: GetResult = {
  event: "done",
  name: NAME,
  path: NAME,
  size: CONTENT.length,
  id: programsId(CONTENT),
  hash: programsId(CONTENT),
  seconds: 1,
  resumedBytes: 0,
  receivedBytes: CONTENT.length,
  duplicateBytes: 0,
  retries: 0,
  sources: [],
};

const RECEIPT: Receipt = {
  client: "client 1",
  name: NAME,
  code: 0,
  result: RESULT,
  said: [],
  again: false,
  began: 100,
  ended: 101,
  keptBytes: 0,
  leftovers: [],
  file: { digest: digestOf(CONTENT), size: CONTENT.length },
};

const LISTED: Listed = { name: NAME, size: CONTENT.length, id: RESULT.id, hash: RESULT.id, sources: 2 };

/** A cluster of two secondaries with one file, which a client has downloaded. */
class Well {
  readonly folders = [temporaryFolder(), temporaryFolder()];
  readonly history = new History();
  readonly runs = [{ name: "central", out: { all: [] as string[] }, err: { all: ['{"event":"listening"}'] } }];
  listed: Listed[] | null = [LISTED];
  figures = new Map([["central", FIGURES]]);
  first = new Map([["central", FIGURES]]);
  troubles: { target: string; from: number; to: number }[] = [];
  receipts: Receipt[] = [RECEIPT];
  counted = 1;
  status: Status = {
    synchronized: true,
    secondaries: [1, 2].map((number) => ({ number, address: "", state: "in step", files: 1 })),
    downloads: { active: 0, waiting: 0 },
    statistics: { files: {}, clients: {} },
  };

  constructor() {
    this.history.wrote(NAME, digestOf(OLD), "nothing");
    this.history.wrote(NAME, digestOf(CONTENT), { version: digestOf(OLD) });
    for (const folder of this.folders) put(folder, NAME, CONTENT);
  }

  /** Puts something into the folders of all secondaries. */
  everywhere(name: string, content: Buffer): void {
    for (const folder of this.folders) put(folder, name, content);
  }

  /** The names of the invariants that do not hold. */
  async broken(receipt = RECEIPT, before: Receipt | null = null): Promise<string[]> {
    const observed = this.observe();
    const found: string[] = [];
    for (const { name, afterDownload, comesToHold, atRest } of INVARIANTS) {
      const wrong = [afterDownload?.(observed, receipt, before), await comesToHold?.(observed), atRest?.(observed)];
      if (wrong.some((one) => typeof one === "string")) found.push(name);
    }
    return found;
  }

  private observe(): Observed {
    const { folders, runs, figures, history, receipts, troubles, first, counted } = this;
    const statistics = { files: { [NAME]: counted }, clients: { [RECEIPT.client]: counted } };
    return {
      world: {
        disks: folders.map((backing, index) => ({ number: index + 1, backing })),
        serverRuns: runs,
        figures,
        undisturbedSince: () => 0,
        status: async () => ({ ...this.status, statistics }),
        list: async () => this.listed,
      },
      history,
      contents: new FolderContents(),
      downloads: { receipts },
      faults: { troubles },
      first,
    };
  }
}

test("where all is well, all invariants hold", async () => {
  expect(await new Well().broken()).toEqual([]);
});

test("a download that is done is right", async () => {
  const other = { digest: digestOf(Buffer.from("other")), size: CONTENT.length };
  expect(await new Well().broken({ ...RECEIPT, file: other })).toEqual(["a download that is done is right"]);
  const short = { digest: digestOf(CONTENT), size: 3 };
  expect(await new Well().broken({ ...RECEIPT, file: short })).toEqual(["a download that is done is right"]);
});

test("a download that fails has a true reason", async () => {
  const name = "a download that fails has a true reason";
  const failed = (error: string, code: number): Receipt => {
    return { ...RECEIPT, code, file: null, result: { ...RESULT, event: "failed", error } };
  };
  const silent = "no secondary has delivered anything for 6 s";
  expect(await new Well().broken(failed("", 1))).toEqual([name]);
  expect(await new Well().broken(failed(silent, 3))).toEqual([name]);
  expect(await new Well().broken(failed(silent, 1))).toEqual([name]);
  const troubled = new Well();
  troubled.troubles = [{ target: "server 1", from: 50, to: 90 }];
  expect(await troubled.broken(failed(silent, 1))).toEqual([]);
  const steady = { ...failed("there is no file steady/0.bin", 3), name: "steady/0.bin" };
  expect(await new Well().broken(steady)).toEqual([name]);
});

test("a download may fail for a disk without room, in the words of the program, where the disk of the clients was filled", async () => {
  const name = "a download that fails has a true reason";
  const lack = requireRoom({ freeBytes: async () => 1 }, "/downloads/.film.part", 2).then(() => "", messageOf);
  const result = { ...RESULT, event: "failed", error: await lack } as const;
  const receipt: Receipt = { ...RECEIPT, code: 1, file: null, result };
  const filled = new Well();
  filled.troubles = [{ target: "disk of clients", from: 50, to: 90 }];
  expect(await filled.broken(receipt)).toEqual([]);
  expect(await new Well().broken(receipt)).toEqual([name]);
});

test("a download that failed goes on where it was", async () => {
  const before: Receipt = { ...RECEIPT, code: null, result: null, file: null, keptBytes: 4 * 1024 * 1024 };
  const well = new Well();
  well.history.wrote("steady/0.bin", digestOf(CONTENT), "nothing");
  well.everywhere("steady/0.bin", CONTENT);
  well.listed = [LISTED, { ...LISTED, name: "steady/0.bin" }];
  well.status = { ...well.status, secondaries: well.status.secondaries.map((one) => ({ ...one, files: 2 })) };
  const receipt = { ...RECEIPT, name: "steady/0.bin" };
  expect(await well.broken(receipt, before)).toEqual(["a download that failed goes on where it was"]);
});

test("replicas become the same, and status tells the truth", async () => {
  const well = new Well();
  fs.rmSync(path.join(well.folders[1] ?? "", NAME));
  expect(await well.broken()).toEqual([
    "replicas become the same",
    "status tells the truth",
    "older never replaces newer",
  ]);
  const unknown = new Well();
  unknown.listed = [];
  expect(await unknown.broken()).toEqual(["replicas become the same"]);
  const busy = new Well();
  busy.status = { ...busy.status, downloads: { active: 1, waiting: 0 } };
  expect(await busy.broken()).toEqual(["status tells the truth"]);
});

test("counts are what clients were told", async () => {
  for (const counted of [0, 2]) {
    const well = new Well();
    well.counted = counted;
    expect(await well.broken()).toEqual(["counts are what clients were told"]);
  }
  const killed = new Well();
  killed.receipts = [{ ...RECEIPT, code: null, result: null, file: null }];
  expect(await killed.broken()).toEqual([]);
  killed.counted = 0;
  expect(await killed.broken()).toEqual([]);
  const failed = new Well();
  failed.receipts = [{ ...RECEIPT, code: 1, result: { ...RESULT, event: "failed" } }];
  expect(await failed.broken()).toEqual(["counts are what clients were told"]);
});

test("no version is lost", async () => {
  const well = new Well();
  well.history.wrote(NAME, digestOf(Buffer.from("made meanwhile")), { version: digestOf(OLD) });
  expect(await well.broken()).toEqual(["no version is lost"]);
  put(well.folders[0] ?? "", ".redes/kept/1-1-replaced-1-0/folder/a.bin", "made meanwhile");
  expect(await well.broken()).toEqual([]);
});

test("older never replaces newer", async () => {
  const well = new Well();
  well.everywhere(NAME, OLD);
  well.listed = [{ ...LISTED, id: programsId(OLD) }];
  expect(await well.broken()).toEqual(["no version is lost", "older never replaces newer"]);
});

test("removed stays removed", async () => {
  const well = new Well();
  well.history.removing(NAME);
  well.history.removed(NAME, true);
  expect(await well.broken()).toEqual(["removed stays removed"]);
});

test("there is nothing that nobody made", async () => {
  const well = new Well();
  well.everywhere("stranger.bin", OLD);
  well.listed = [LISTED, { ...LISTED, name: "stranger.bin", id: programsId(OLD) }];
  well.status = { ...well.status, secondaries: well.status.secondaries.map((one) => ({ ...one, files: 2 })) };
  expect(await well.broken()).toEqual(["there is nothing that nobody made"]);
});

test("no stack traces", async () => {
  const well = new Well();
  well.runs[0]?.err.all.push("    at run (/$bunfs/root/redes:12:34)");
  expect(await well.broken()).toEqual(["no stack traces"]);
  expect(await new Well().broken({ ...RECEIPT, said: ["    at run (/$bunfs/root/redes:12:34)"] })).toEqual([
    "no stack traces",
  ]);
});

test("nothing is left over", async () => {
  const well = new Well();
  put(well.folders[0] ?? "", ".redes/small-1/a", "staged");
  expect(await well.broken()).toEqual(["nothing is left over"]);
  expect(await new Well().broken({ ...RECEIPT, leftovers: [".redes-0.part"] })).toEqual(["nothing is left over"]);
});

test("nothing leaks", async () => {
  for (const what of ["memory", "descriptors", "threads"] as const) {
    const well = new Well();
    well.figures = new Map([["central", { ...FIGURES, [what]: 500 }]]);
    expect(await well.broken()).toEqual(["nothing leaks"]);
  }
});
