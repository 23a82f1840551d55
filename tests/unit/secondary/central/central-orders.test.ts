import { beforeEach, expect, test } from "bun:test";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import type { KeptFile } from "../../../../src/protocol/messages/kept.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { CentralOrders, type CentralOrdersDeps } from "../../../../src/secondary/central/central-orders.ts";
import { say } from "../../../../src/sentences/sentence.ts";
import { SentenceError } from "../../../../src/sentences/sentence-error.ts";

const ID = "a".repeat(64);
const KEPT: KeptFile = { at: 0, serial: 1, why: "removed", number: 1, id: ID, name: "film", size: 1 };
const CONFLICT = { type: "conflict", name: "a", id: ID, as: "b" } as const;
const FETCH: Messages["fetch"] = { type: "fetch", files: [], sources: [] };
const REMOVE = { type: "remove", serial: 1, name: "a", id: ID, vector: "", edits: "", moved: null } as const;
const SUSPECT = { type: "suspect", id: ID, piece: 0, accuser: "somebody" } as const;

/** What the parts of the secondary were asked to do, in order. */
let done: string[];
/** What the central was answered. */
let answers: unknown[];
let folderIsThere: boolean;
let keptFiles: KeptFile[];
/** Ends the conflict that is being carried out. */
let endConflict: () => void;
let restore: CentralOrdersDeps["restore"];
let orders: CentralOrders;
/** Versions of which digests may have been announced. */
let announced: string[];

beforeEach(() => {
  [done, announced] = [[], []];
  answers = [];
  folderIsThere = true;
  keptFiles = [];
  restore = async () => KEPT;
  const note = (what: string) => () => void done.push(what);
  orders = new CentralOrders({
    link: {
      keeping: (answer) => void answers.push(answer),
      restored: (request, fault) => void answers.push({ request, fault }),
    },
    guard: {
      get isPresent() {
        return folderIsThere;
      },
    },
    index: { files: () => [], applyAgreed: async () => void done.push("agreed") },
    kept: {
      list: (before, limit, name) => {
        const older = keptFiles.filter((file) => before === null || file.serial < before);
        return older.filter((file) => name === null || file.name === name).slice(0, limit);
      },
    },
    conflicts: {
      carryOut: () => {
        done.push("conflict begins");
        return new Promise<void>((resolve) => {
          endConflict = () => {
            done.push("conflict ends");
            resolve();
          };
        });
      },
    },
    digests: {
      answers: { answer: note("digests") },
      maker: { ordered: (files) => void announced.push(...files.map(({ id }) => id)) },
    },
    revocations: { add: note("revocations") },
    removals: {
      ...{ position: { epoch: "e", serial: 4 }, setEpoch: async () => {}, add: note("remove") },
      untilMoved: async () => {},
    },
    repairs: { sourcesChanged: note("repair sources"), requestVerification: note("verify") },
    replicator: {
      order: note("fetch"),
      withdraw: note("withdraw"),
      sourcesChanged: note("copy sources"),
      centralLost: note("copies lose the central"),
      centralRegistered: note("copies have the central"),
    },
    reports: {
      acknowledged: async () => void done.push("report acknowledged"),
      connectionUp: note("reports are sent"),
      connectionDown: note("reports wait"),
    },
    figures: { registered: note("figures are told") },
    location: () => ({ host: null, port: 7, http: null }),
    restore: (name, version) => restore(name, version),
  });
});

/** Lets all that is waiting for a promise go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test("orders that follow a conflict wait until it has given up its name, and stay in their order", async () => {
  orders.conflict(CONFLICT);
  orders.fetch(FETCH);
  orders.withdraw(["a"]);
  await settle();
  expect(done).toEqual(["conflict begins"]);
  endConflict();
  await settle();
  expect(done).toEqual(["conflict begins", "conflict ends", "fetch", "withdraw"]);
});

test("a copy that was ordered in a session that has ended is not begun, what is withdrawn or ordered anew is carried out", async () => {
  orders.conflict(CONFLICT);
  orders.fetch(FETCH);
  orders.withdraw(["a"]);
  await settle();
  orders.lost();
  orders.registered("e");
  endConflict();
  await settle();
  const inOrder = () => done.filter((what) => what === "fetch" || what === "withdraw");
  expect(inOrder()).toEqual(["withdraw"]);
  orders.fetch(FETCH);
  orders.lost();
  await settle();
  expect(inOrder()).toEqual(["withdraw"]);
  orders.registered("e");
  orders.fetch(FETCH);
  await settle();
  expect(inOrder()).toEqual(["withdraw", "fetch"]);
});

test("while the folder is not there, orders that need it are ignored; copies are ordered on", async () => {
  folderIsThere = false;
  orders.conflict(CONFLICT);
  orders.remove(REMOVE);
  orders.suspect(SUSPECT);
  orders.fetch(FETCH);
  await settle();
  expect(done).toEqual(["fetch"]);
  folderIsThere = true;
  orders.remove(REMOVE);
  orders.suspect(SUSPECT);
  expect(done).toEqual(["fetch", "remove", "verify"]);
});

test("a list of kept files is as long as one message may be, and says whether there are more", () => {
  keptFiles = Array.from({ length: MAX_BATCH }, () => KEPT);
  orders.kept({ type: "kept", request: 1, name: null, before: null });
  keptFiles.push(KEPT);
  orders.kept({ type: "kept", request: 2, name: null, before: null });
  orders.kept({ type: "kept", request: 3, name: "other", before: null });
  orders.kept({ type: "kept", request: 4, name: "film", before: KEPT.serial });
  expect(answers).toEqual([
    { request: 1, files: keptFiles.slice(0, MAX_BATCH), more: false },
    { request: 2, files: keptFiles.slice(0, MAX_BATCH), more: true },
    { request: 3, files: [], more: false },
    { request: 4, files: [], more: false },
  ]);
});

test("the central learns that a file was put back, or why not", async () => {
  orders.restore({ type: "restore", request: 1, name: "film", id: ID });
  await settle();
  restore = async () => {
    throw new SentenceError(say("nothing of {name} is kept here", { name: "film" }));
  };
  orders.restore({ type: "restore", request: 2, name: "film", id: ID });
  await settle();
  expect(answers).toEqual([
    { request: 1, fault: null },
    { request: 2, fault: say("nothing of {name} is kept here", { name: "film" }) },
  ]);
});

test("what depends on the central learns that it is there, and that it is lost", async () => {
  orders.registered("e");
  expect(done).toEqual(["copies have the central", "reports are sent", "figures are told"]);
  orders.lost();
  expect(done.slice(3)).toEqual(["copies lose the central", "reports wait"]);
});

test("sources are for copies and for repairs", () => {
  orders.sources("a", ID, [], false);
  expect(done).toEqual(["copy sources", "repair sources"]);
});

test("the central learns where the secondary is, and which removal it carried out last", () => {
  expect(orders.location()).toEqual({ host: null, port: 7, http: null });
  expect(orders.lastRemoval()).toEqual({ epoch: "e", serial: 4 });
  orders.counted("d".repeat(32));
  orders.agreed([]);
  expect(done).toEqual(["report acknowledged", "agreed"]);
});

test("the digests that others have announced of what is to be copied are known before it is copied", async () => {
  const file = { name: "a", id: ID, size: 1, vector: "", edits: "", modified: 0, blake3: null, sha256: null, at: [] };
  orders.fetch({ ...FETCH, files: [file] });
  expect([announced, done]).toEqual([[ID], []]);
  await settle();
  expect(done).toEqual(["fetch"]);
  orders.digests({ type: "digests", request: 1, id: ID, of: "sha-1" });
  expect(done.pop()).toBe("digests");
});
