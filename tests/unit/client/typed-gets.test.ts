import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import { DownloadQueue } from "../../../src/client/downloads/download-queue.ts";
import type { SelectionQuery } from "../../../src/client/selection/selection.ts";
import { TypedGets } from "../../../src/client/typed-gets.ts";
import { driveThrough } from "../../support/drive.ts";
import { DownloadJobFixture } from "./downloads/download-job-fixture.ts";
import { listed } from "./selection/pages.ts";

let fixture: DownloadJobFixture;
let queue: DownloadQueue;
let gets: TypedGets;
let printed: string[];
let noted: string[];
let ended: string[];
let names: string[] | null;
let wrong: string[];

beforeEach(() => {
  fixture = new DownloadJobFixture();
  queue = new DownloadQueue(fixture.deps, 2);
  [printed, noted, ended, wrong] = [[], [], [], []];
  names = ["film.mkv", "my film.mkv", "series/a", "series/b", "series/c"];
  fixture.central.answer = (message) => {
    if (message.type !== "list") return;
    const { request, after } = message;
    const files = names?.filter((name) => after === null || name > after).map((name) => listed(name, 1024));
    if (files) fixture.central.send({ type: "listing", request, files, more: false });
    else fixture.central.send({ type: "refusal", request, code: "not-synchronized", message: "not yet" });
  };
  gets = new TypedGets({
    deps: fixture.deps,
    downloads: queue,
    folder: fixture.folder,
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    ended: ({ result }) => void ended.push(`${result.name}: ${result.error ?? "done"}`),
    wrong: (failure) => void wrong.push(failure),
  });
  fixture.central.start();
  fixture.session.start();
});

afterEach(() => {
  fixture.stop();
});

function begin(text: string, options: { force?: boolean; dryRun?: boolean } = {}): Promise<void> {
  const wanted: SelectionQuery = text === "" ? { kind: "all" } : { kind: "line", line: text, words: text.split(" ") };
  return gets.begin({ wanted, force: false, dryRun: false, ...options });
}

const deny = () => {
  for (const { download } of fixture.central.all("download")) {
    fixture.central.send({ type: "denied", download, code: "no-such-file", message: "there is none" });
  }
};

describe("what is typed", () => {
  test("is all of a cluster that has no files", async () => {
    names = [];
    await begin("");
    await fixture.until("it is said", () => noted.length > 0);
    await driveThrough(fixture.clock, begin("", { dryRun: true }));
    expect(noted).toEqual(Array(2).fill("no files yet: those that are put into the folder of a secondary come here"));
    expect(ended).toEqual([]);
  });

  test("is one name at first, asked for at once", async () => {
    await begin("my film.mkv");
    expect(queue.names()).toEqual(["my film.mkv"]);
    await expect(begin("my film.mkv")).rejects.toThrow("my film.mkv is being downloaded already");
    await expect(begin("../x")).rejects.toThrow("cannot be the name of a file");
  });

  test("is a folder where there is no such file", async () => {
    await begin("series");
    await fixture.until("it was asked for", () => fixture.central.all("download").length === 1);
    deny();
    await fixture.until("the files are known", () => queue.count === 3);
    expect(queue.names()).toEqual(["series/a", "series/b", "series/c"]);
    expect(noted).toEqual(["3 files, 3.0 KiB"]);
    expect(ended).toEqual([]);
  });

  test("is several patterns or names, of which those that run already are left out", async () => {
    await begin("series/b");
    await begin("series/[ab] film.*");
    await fixture.until("the files are known", () => queue.count === 3);
    expect(noted).toEqual(["2 files, 2.0 KiB; 1 more is being downloaded already"]);
    await begin("");
    await fixture.until("the files are known", () => queue.count === 5);
  });

  test("and means nothing fails as one", async () => {
    await begin("no such*");
    await fixture.until("it has ended", () => ended.length > 0);
    expect(ended).toEqual(["no such*: there is no file no such*, and none that it matches (** goes into folders)"]);
  });

  test("waits for a central that cannot say yet what it means, and the client is not idle meanwhile", async () => {
    names = null;
    await begin("series/*");
    let idle = false;
    void queue.idle().then(() => {
      idle = true;
    });
    await fixture.pass(1500);
    expect(noted).toEqual(["series/*: the central does not serve yet: not yet; it is looked up as soon as it can be"]);
    expect([queue.count, idle]).toEqual([0, false]);
    names = ["x"];
    await fixture.until("it has ended", () => ended.length > 0);
    await fixture.until("it is idle", () => idle);
  });

  test("is stopped while it is looked up", async () => {
    names = null;
    await begin("series/*");
    await fixture.pass(700);
    gets.stop();
    await fixture.until("it is told", () => noted.length === 2);
    expect([noted[1], ended]).toEqual(["1 file of series/* not begun", []]);
    await queue.idle();
  });
});

test("a dry run prints what would be done, and does nothing", async () => {
  fs.mkdirSync(`${fixture.folder}/series`);
  fs.writeFileSync(`${fixture.folder}/series/a`, new Uint8Array(1024));
  await fixture.until("there is a session", () => fixture.session.connected);
  let done = false;
  void begin("series/[ab] nope", { dryRun: true }).then(() => {
    done = true;
  });
  await fixture.until("it is done", () => done);
  expect(printed.join("\n").replaceAll(fixture.folder, "").split("\n")).toEqual([
    "series/a → /series/a (1.0 KiB): is there with that size, and would be compared",
    "series/b → /series/b (1.0 KiB): would be downloaded",
    "1 file to download, 1.0 KiB; 1 to be compared",
  ]);
  expect([noted, wrong]).toEqual([["there is no file nope, and no folder of that name"], ["no-such-file"]]);
  expect(queue.count).toBe(0);
});
