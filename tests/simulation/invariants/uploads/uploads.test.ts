import { afterEach, beforeEach, expect, test } from "bun:test";
import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import { begunUpload, type Upload } from "../../cluster/clients/uploads/upload.ts";
import { idOf } from "../../cluster/people/content.ts";
import { SPOOL_FOLDER } from "../../cluster/servers/central-uploads.ts";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { flipReads } from "../../scenario/faults/disks/flip-reads.ts";
import { Simulation } from "../../world/simulation.ts";
import type { Invariant, Watch } from "../invariant.ts";
import { uploadsEnd } from "./ends.ts";
import { nothingLeftOfUploads } from "./left-overs.ts";
import { publishedIsThere } from "./published.ts";
import { nothingLeftOfStreams } from "./spooled.ts";

/** Each can be broken: by hand, in a cluster whose servers do not run. */

const SHAPE = { secondaries: 1, clients: 1, expected: 1, maxDownloads: 0, keepDays: 7 };
const PROCESS = { kind: "process", name: "s1" } as const;
const STAGING = `${SHARED_FOLDER}/.redes`;
const KEPT = `${STAGING}/kept/20231114T221340Z-000001-replaced-1-0`;

let cluster: SimCluster;
let details: string[];

function begin(seed = 1): void {
  cluster = new SimCluster(new Simulation(seed), SHAPE);
  details = [];
}

beforeEach(() => begin());
afterEach(() => cluster.release());

function watch(invariant: Invariant): Watch {
  return invariant.watch(cluster, (text) => details.push(text));
}

/** What a client says of an upload of the file a. */
function upload(news: Partial<Upload> & { id?: string; error?: string }): void {
  const { id = null, error, ...rest } = news;
  const asked = { number: 1, client: "c1", name: "a", path: "/f", at: null, waitMs: 0, rights: "write" } as const;
  const result = {
    ...{ event: "done" as const, name: "a", path: "/f", size: 1, id, seconds: 0, sentBytes: 0, resumedBytes: 0 },
    ...{ secondary: 1, holders: 1 },
    ...(error !== undefined && { error }),
  } as const;
  const finished = { result, failure: error === undefined ? null : "failed", refusal: null } as const;
  cluster.uploads.all.push({ ...begunUpload({ ...asked, startedAt: 0 }), finished, state: "done", ...rest });
}

/** The program puts what a client has sent under the name a; gives its id. `synced`: so that it survives a power loss. */
function publish(synced = true): string {
  const bytes = cluster.users.newContent(100);
  cluster.users.contents.learn(bytes, true);
  const { disk } = cluster.secondary(1).machine;
  const part = `${STAGING}/put-${idOf(bytes)}.part`;
  disk.user.makeFolder(STAGING);
  disk.user.sync(STAGING);
  disk.user.write(part, bytes);
  disk.as(PROCESS, () => disk.calls.rename(part, `${SHARED_FOLDER}/a`, true));
  if (synced) disk.user.sync(SHARED_FOLDER);
  return idOf(bytes);
}

test("what a client is told to be there must have been put there", () => {
  const { afterEvent } = watch(publishedIsThere);
  upload({ id: publish() });
  afterEvent?.();
  expect(details).toEqual([]);
  upload({ id: "f".repeat(64) });
  afterEvent?.();
  expect(details).toEqual([expect.stringContaining("no secondary had ffffffff there")]);
});

/** Whether a power loss that takes what was put is found, with one of some seeds. */
function isLossFound(synced: boolean, act: (id: string) => void): boolean {
  for (let seed = 1; seed <= 20; seed++) {
    cluster.release();
    begin(seed);
    const { afterEvent } = watch(publishedIsThere);
    const id = publish(synced);
    act(id);
    afterEvent?.();
    cluster.losePower(cluster.secondary(1).machine);
    if (details.some((text) => text.includes("with its power, which was put"))) return true;
  }
  return false;
}

test("no power loss takes what a client was told to be there", () => {
  expect(isLossFound(false, (id) => upload({ id }))).toBe(true);
  expect(isLossFound(true, (id) => upload({ id }))).toBe(false);
});

test("it may take what nobody was told, and what somebody has deleted", () => {
  expect(isLossFound(false, () => {})).toBe(false);
  const isDeletedFound = isLossFound(false, (id) => {
    upload({ id });
    cluster.secondary(1).machine.disk.user.delete(`${SHARED_FOLDER}/a`);
  });
  expect(isDeletedFound).toBe(false);
});

test("a put replaces only what it was to replace", () => {
  for (const [base, found] of [
    ["of the old one", 0],
    [null, 1],
  ] as const) {
    cluster.release();
    begin();
    watch(publishedIsThere);
    const old = publish();
    upload({ base: base && old });
    const { disk } = cluster.secondary(1).machine;
    disk.user.makeFolder(KEPT);
    disk.as(PROCESS, () => disk.calls.link(`${SHARED_FOLDER}/a`, `${KEPT}/a`));
    publish();
    expect(details.filter((text) => text.includes("which no put was to replace"))).toHaveLength(found);
  }
});

test.each([
  ["before", 0],
  ["after", 1],
] as const)("a put that was to replace what a file was %s a bit of it has flipped", (_, index) => {
  watch(publishedIsThere);
  const ids = ["f".repeat(64), publish()] as const;
  cluster.users.versions.damaged(...ids);
  upload({ base: ids[index] });
  const { disk } = cluster.secondary(1).machine;
  disk.user.makeFolder(KEPT);
  disk.as(PROCESS, () => disk.calls.link(`${SHARED_FOLDER}/a`, `${KEPT}/a`));
  publish();
  expect(details).toEqual([]);
});

test.each([
  [[flipReads.name], 0],
  [[], 1],
] as const)("a put that was to replace what nobody made, after %p", (kinds, found) => {
  watch(publishedIsThere);
  publish();
  upload({ base: "f".repeat(64) });
  for (const kind of kinds) cluster.happened.push({ kind, at: 0, params: {}, fault: true });
  const { disk } = cluster.secondary(1).machine;
  disk.user.makeFolder(KEPT);
  disk.as(PROCESS, () => disk.calls.link(`${SHARED_FOLDER}/a`, `${KEPT}/a`));
  publish();
  expect(details.filter((text) => text.includes("which no put was to replace"))).toHaveLength(found);
});

test("an upload ends, and fails only for a reason", () => {
  const { atEnd } = watch(uploadsEnd);
  upload({ state: "running" });
  atEnd?.();
  expect(details.splice(0)).toEqual(["upload 1 of a does not end"]);
  const faults: [Partial<Upload> & { error?: string }, string][] = [
    [{ state: "failed", error: "" }, "without a reason"],
    [{ state: "failed", error: "/f was changed while it was being sent: run it once more" }, "nobody has done that"],
    [{ state: "failed", error: "it was stopped" }, "nobody has done that"],
    [{ state: "failed", error: "no secondary is there now" }, "nothing has happened"],
  ];
  for (const [news, fault] of faults) {
    cluster.uploads.all.length = 0;
    const one = watch(uploadsEnd);
    upload(news);
    one.afterEvent?.();
    expect(details.splice(0)).toEqual([expect.stringContaining(fault)]);
  }
  cluster.uploads.all.length = 0;
  const one = watch(uploadsEnd);
  upload({ state: "failed", error: "it was stopped", stopped: true });
  one.afterEvent?.();
  expect(details).toEqual([]);
});

test("what has its name leaves no part behind", () => {
  const { atEnd } = watch(nothingLeftOfUploads);
  const id = "e".repeat(64);
  cluster.secondary(1).machine.disk.user.makeFolder(STAGING);
  cluster.secondary(1).machine.disk.user.write(`${STAGING}/put-${id}.part`, new Uint8Array(1));
  upload({ id });
  atEnd?.();
  expect(details.splice(0)).toEqual(["secondary 1 has a part of eeeeeeee left"]);
  upload({ id, state: "failed", error: "it was stopped" });
  atEnd?.();
  expect(details).toEqual([]);
});

test("what comes as a stream gets its name as it came", () => {
  const { afterEvent } = watch(publishedIsThere);
  const id = publish();
  upload({ id, streamed: id });
  upload({ id, streamed: id, by: "HTTP", number: 2 });
  afterEvent?.();
  expect(details).toEqual([]);
  upload({ id, streamed: "e".repeat(64), number: 3 });
  afterEvent?.();
  expect(details).toEqual([expect.stringContaining("and eeeeeeee came")]);
});

test("nothing is left of a stream, but of one whose machine has lost its power", () => {
  const { atEnd } = watch(nothingLeftOfStreams);
  const client = cluster.client(1).machine.disk.user;
  client.write(`${CLIENT_FOLDER}/.redes-put-1`, new Uint8Array(0));
  atEnd?.();
  expect(details).toEqual([]);
  client.write(`${CLIENT_FOLDER}/.redes-put-1`, new Uint8Array(1));
  cluster.central.machine.disk.user.write(`${SPOOL_FOLDER}/.redes-upload-2`, new Uint8Array(1));
  atEnd?.();
  expect(details).toEqual(["central has .redes-upload-2 left", "c1 has .redes-put-1 left"]);
  cluster.happened.push({ at: 1, kind: "power loss", params: {}, fault: true });
  atEnd?.();
  expect(details).toHaveLength(2);
});
