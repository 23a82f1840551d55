import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type BatchOptions, DownloadBatch } from "../../../../../src/client/downloads/batch/download-batch.ts";
import { DownloadQueue } from "../../../../../src/client/downloads/download-queue.ts";
import { VerifiedFilesStore } from "../../../../../src/client/downloads/verified-files.ts";
import type { SelectionQuery } from "../../../../../src/client/selection/selection.ts";
import { DownloadJobFixture } from "../download-job-fixture.ts";

let fixture: DownloadJobFixture;
let queue: DownloadQueue;
let names: string[];
/** Whether the central says what it has. */
let serves: boolean;
let told: string[];
let waited: string[];
let selected: { files: number; unmatched: readonly string[]; underWay: number } | null;
let batch: DownloadBatch;

beforeEach(() => {
  fixture = new DownloadJobFixture();
  queue = new DownloadQueue(fixture.deps, 2);
  names = ["film.mkv", "series/a", "series/b", "series/c", "two words"];
  serves = true;
  [told, waited, selected] = [[], [], null];
  const source = fixture.source();
  const { central, file } = fixture;
  central.answer = (message) => {
    const { id, size } = file.version;
    const common = { id, size, modified: 0, blake3: null, sha256: null };
    if (message.type === "list") {
      const { request, after } = message;
      const files = names
        .filter((name) => after === null || name > after)
        .map((name) => ({ name, sources: 1, ...common }));
      if (serves) central.send({ type: "listing", request, files, more: false });
      else central.send({ type: "refusal", request, code: "not-synchronized", message: "secondary 2 is missing" });
    }
    if (message.type === "download") {
      const { download, name } = message;
      if (names.includes(name)) central.send({ type: "granted", download, name, ...common });
      else central.send({ type: "denied", download, code: "no-such-file", message: `there is no file ${name}` });
    }
    if (message.type === "watch") {
      const sources = [{ number: 1, ...source.address, partial: false }];
      central.send({ type: "sources", name: message.name, id, sources, superseded: false });
    }
    if (message.type === "finish") central.send({ type: "counted", download: message.report.download });
  };
});

afterEach(() => {
  fixture.stop();
});

function begin(wanted: SelectionQuery, options: Partial<BatchOptions> = {}): Promise<void> {
  batch = new DownloadBatch(
    fixture.deps,
    queue,
    {
      ...{ wanted, force: false, giveUpAfterMs: 10_000, filesAtOnce: 2 },
      destination: (name) => ({ kind: "file", path: path.join(fixture.folder, name) }),
      ...options,
    },
    {
      waits: (reason) => void waited.push(reason),
      selected: ({ files, unmatched, underWay }) => {
        selected = { files: files.length, unmatched, underWay };
      },
      ended: ({ result, failure }, begun) =>
        void told.push(`${result.name} ${failure ?? "done"}${begun ? "" : " at once"}`),
    },
  );
  return batch.run();
}

async function run(wanted: SelectionQuery, options: Partial<BatchOptions> = {}): Promise<void> {
  if (!fixture.session.connected) {
    fixture.central.start();
    fixture.session.start();
  }
  let over = false;
  const running = begin(wanted, options).finally(() => {
    over = true;
  });
  await fixture.until("it is over", () => over);
  return running;
}

const texts = (...given: string[]): SelectionQuery => ({ kind: "texts", texts: given });
const there = () => fs.readdirSync(fixture.folder, { recursive: true }).map(String).sort();

describe("a batch", () => {
  test("of one name is that download, and the catalogue is not asked", async () => {
    await run(texts("film.mkv"));
    expect(told).toEqual(["film.mkv done"]);
    expect(fixture.central.all("list")).toEqual([]);
    expect([selected, batch.progress()]).toEqual([null, null]);
  });

  test("of a folder has all that is in it, with the tree", async () => {
    await run(texts("series"));
    expect(told.toSorted()).toEqual(["series/a done", "series/b done", "series/c done"]);
    expect(there()).toEqual(["series", "series/a", "series/b", "series/c"]);
    expect(selected).toEqual({ files: 3, unmatched: [], underWay: 0 });
    expect(batch.progress()).toMatchObject({ done: 15_000, total: 15_000, filesLeft: 0 });
  });

  test("begins its files in their order, however long the disk takes to say what is there", async () => {
    const verified = new VerifiedFilesStore(null);
    let looks = 0;
    const { lstat } = fixture.deps.disk;
    const disk: Partial<typeof fixture.deps.disk> = {
      lstat: async (at) => {
        looks += 1;
        if (looks % 2 === 1) await Bun.sleep(5);
        return lstat(at);
      },
    };
    Object.assign(fixture.deps, { verified, disk: { ...fixture.deps.disk, ...disk } });
    await run(texts("series"), { filesAtOnce: 1000 });
    const asked = fixture.central.all("download").map(({ name }) => name);
    expect(asked).toEqual(["series", "series/a", "series/b", "series/c"]);
  });

  test("tells what means nothing, and has the rest", async () => {
    await run(texts("series/[ab]", "nope", "no*"));
    expect(told.toSorted()).toEqual([
      "no* no-such-file at once",
      "nope no-such-file at once",
      "series/a done",
      "series/b done",
    ]);
  });

  test("of a name that there is not fails as that download", async () => {
    await run(texts("nope"));
    expect(told).toEqual(["nope no-such-file at once"]);
    expect(selected?.files).toBe(0);
  });

  test("of a line has the file of that name, or its words", async () => {
    await run({ kind: "line", line: "two words", words: ["two", "words"] });
    expect(told).toEqual(["two words done"]);
    await run({ kind: "line", line: "film.mkv series/c", words: ["film.mkv", "series/c"] });
    expect(told.slice(1).toSorted()).toEqual(["film.mkv done", "series/c done"]);
  });

  test("leaves out what is under way already", async () => {
    const destination = { kind: "file", path: path.join(fixture.folder, "series/b") } as const;
    void queue.add({ name: "series/b", destination, force: false, giveUpAfterMs: Number.POSITIVE_INFINITY });
    await run(texts("series/"));
    expect(selected).toEqual({ files: 2, unmatched: [], underWay: 1 });
    expect(told.toSorted()).toEqual(["series/a done", "series/c done"]);
  });

  test("asks nobody for a file that was verified here, but by force", async () => {
    const verified = new VerifiedFilesStore(null);
    Object.assign(fixture.deps, { verified });
    await run({ kind: "all" });
    const asked = fixture.central.all("download").length;
    expect([asked, told.length]).toEqual([5, 5]);
    await run({ kind: "all" });
    expect(fixture.central.all("download")).toHaveLength(asked);
    expect(told.slice(5).toSorted()).toEqual(names.map((name) => `${name} done at once`).toSorted());
    await run({ kind: "all" }, { force: true });
    expect(fixture.central.all("download")).toHaveLength(2 * asked);
  });
});

describe("a central that cannot say what is meant", () => {
  test("is waited for", async () => {
    serves = false;
    fixture.central.start();
    fixture.session.start();
    const running = begin(texts("series/*"));
    await fixture.pass(1200);
    expect([waited, told]).toEqual([["the central does not serve yet: secondary 2 is missing"], []]);
    serves = true;
    await fixture.until("all are there", () => told.length === 3);
    await running;
  });

  test("is given up, for each that was asked for", async () => {
    serves = false;
    await run(texts("series/*", "film.mkv"), { giveUpAfterMs: 1000 });
    expect(told).toEqual(["series/* failed at once", "film.mkv failed at once"]);
    expect(selected).toBeNull();
  });

  test("because it is not there, has an exit code of its own", async () => {
    fixture.session.start();
    let over = false;
    void begin({ kind: "all" }, { giveUpAfterMs: 1000 }).then(() => {
      over = true;
    });
    await fixture.until("it is over", () => over);
    expect(told).toEqual(["** unreachable at once"]);
  });
});

test("what has not begun does not begin once it is stopped", async () => {
  const sources = fixture.sources.splice(0);
  for (const source of sources) source.options = { ...source.options, mute: true };
  fixture.central.start();
  fixture.session.start();
  const running = begin(texts("**"));
  await fixture.until("two run", () => fixture.central.all("download").length === 2);
  batch.stop();
  expect(batch.stopped).toBe(true);
  const cancelling = queue.cancelAll();
  await fixture.until("all are over", () => told.length === 5);
  await Promise.all([running, cancelling]);
  expect(told.filter((line) => line.endsWith("failed"))).toHaveLength(2);
  expect(told.filter((line) => line.endsWith("failed at once"))).toHaveLength(3);
  expect(fixture.central.all("download")).toHaveLength(2);
});

test("what is just looked at does not begin either", async () => {
  const { lstat } = fixture.deps.disk;
  const looking = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow: typeof lstat = async (at) => {
    looking.resolve();
    await goOn.promise;
    return lstat(at);
  };
  const verified = new VerifiedFilesStore(null);
  Object.assign(fixture.deps, { verified, disk: { ...fixture.deps.disk, lstat: slow } });
  fixture.central.start();
  fixture.session.start();
  const running = begin(texts("series/a", "series/b"), { filesAtOnce: 1000 });
  await fixture.until("one is looked at", () => Bun.peek.status(looking.promise) === "fulfilled");
  batch.stop();
  goOn.resolve();
  await fixture.until("all are over", () => told.length === 2);
  await running;
  expect(told.toSorted()).toEqual(["series/a failed at once", "series/b failed at once"]);
  expect(fixture.central.all("download")).toHaveLength(0);
});
