import { beforeEach, expect, test } from "bun:test";
import { CommandTable } from "../../../src/console/commands/command.ts";
import type { KeptFile } from "../../../src/protocol/messages/kept.ts";
import { type ShownSecondary, secondaryCommands } from "../../../src/secondary/commands.ts";
import type { IndexedFile } from "../../../src/secondary/index/file-record.ts";

const ID = "a".repeat(64);
const KEPT: KeptFile = { at: 0, serial: 1, why: "replaced", number: 3, id: ID, name: "old film", size: 2048 };

let printed: string[];
let restored: unknown[];
let columns: number | null;
/** What a test changes of the secondary whose console it is. */
let shown: { -readonly [Key in keyof ShownSecondary]: ShownSecondary[Key] };

beforeEach(() => {
  printed = [];
  restored = [];
  columns = null;
  shown = {
    server: { activeDownloads: () => new Map() },
    httpSources: { leases: { active: () => new Map() } },
    index: { files: () => [], count: 0 },
    kept: { list: () => [], names: () => [], newest: () => null, count: 0, bytes: 0 },
    replicator: { progress: () => [], queued: 0, obstacles: () => ({ count: 0, files: [] }) },
    digestProgress: { files: 0, bytes: 0 },
    connected: true,
    missing: null,
    restore: async (name, version) => {
      restored.push([name, version]);
      return KEPT;
    },
  };
});

async function run(line: string, served: ReadonlyMap<string, number> = new Map()): Promise<string> {
  const store = { servedCounts: async () => new Map(served) };
  const print = (text: string) => void printed.push(text);
  const printer = { print, page: async (text: string) => print(text), columns: () => columns };
  const commands = secondaryCommands(shown, store, printer);
  const parsed = new CommandTable(commands).parse(line);
  if (parsed.kind !== "command") throw new Error(`${line} is ${parsed.kind}`);
  await parsed.command.run(parsed.argument);
  return printed.join("\n");
}

function indexed(name: string, changed: boolean): IndexedFile {
  return { name, size: 1024, id: ID, vector: "aaaaaaaa:1", changed, edits: "" } as IndexedFile;
}

test.each([
  ["downloads", "nothing is being downloaded from here"],
  ["served", "nothing was downloaded from here yet"],
  ["list", "no files yet"],
  ["kept", "nothing is kept"],
  ["status", "registered with the central\n0 files shared"],
])("%s says so when there is nothing", async (command, text) => {
  expect(await run(command)).toBe(text);
});

test.each(["active", "VIDEOS_DESCARGANDO"])("downloads is called %s too", async (word) => {
  expect(await run(word)).toBe("nothing is being downloaded from here");
});

test.each(["files", "LISTA_VIDEOS"])("list is called %s too", async (word) => {
  expect(await run(word)).toBe("no files yet");
});

test("downloads and served show how many downloads each file has, over HTTP too", async () => {
  const counts = (entries: Readonly<Record<string, number>>) => new Map(Object.entries(entries));
  shown.server = { activeDownloads: () => counts({ b: 1, a: 2 }) };
  shown.httpSources = { leases: { active: () => counts({ c: 4, a: 1 }) } };
  const lines = (await run("active")).split("\n");
  expect(lines.slice(-3).map((line) => line.trim().split(/\s+/))).toEqual([
    ["a", "3"],
    ["b", "1"],
    ["c", "4"],
  ]);
  expect(await run("VIDEOS_DESCARGADOS", new Map([["film", 7]]))).toMatch(/film +7/);
});

test("files are sorted by name, and say whether the cluster has agreed on them", async () => {
  shown.index = { files: () => [indexed("b", true), indexed("a", false)], count: 2 };
  const [first, second] = (await run("files")).split("\n").slice(-2);
  expect(first).toMatch(/^ *a .*in step/);
  expect(second).toMatch(/^ *b .*to be agreed/);
});

test("more rows than a terminal can show are counted", async () => {
  const many = Array.from({ length: 1002 }, (_, index) => indexed(`f${index}`, false));
  shown.index = { files: () => many, count: many.length };
  expect(await run("files")).toEndWith("… and 2 files more");
});

test("in a window no row is wider than it, and a pipe has names whole", async () => {
  const long = `${"a name that no window has room for ".repeat(6)}.mkv`;
  shown.index = { files: () => [indexed(long, false)], count: 1 };
  shown.kept = { ...shown.kept, list: () => [{ ...KEPT, name: long }], count: 1 };
  shown.server = { activeDownloads: () => new Map([[long, 2]]) };
  for (const name of ["list", "kept", "downloads", "served"]) {
    const served = new Map([[long, 7]]);
    columns = null;
    expect(await run(name, served)).toContain(long);
    [columns, printed] = [44, []];
    const rows = (await run(name, served)).split("\n");
    expect(rows.filter((row) => row.length > 44)).toEqual([]);
    expect(rows.at(-1)).toMatch(/^a name.*….*\.mkv/);
    printed = [];
  }
});

test("kept shows the number of a version and why it left, and says when its disk is missing", async () => {
  shown.kept = { ...shown.kept, list: () => [KEPT, { ...KEPT, number: 0 }], count: 5 };
  const text = await run("kept");
  expect(text).toMatch(/old film +3 .*replaced/);
  expect(text).toMatch(/old film +- /);
  expect(text).toEndWith("… and 3 files more");
  shown.kept = { ...shown.kept, list: () => [], count: 0 };
  shown.missing = "the disk is away";
  expect(await run("kept")).toEndWith("disk missing: the disk is away");
});

test("restore takes a name, and the number of a version after it", async () => {
  shown.kept = { ...shown.kept, newest: (name) => (name === "old film" ? KEPT : null) };
  await run("restore old film");
  await run("restore old film 3");
  expect(restored).toEqual([
    ["old film", {}],
    ["old film", { number: 3 }],
  ]);
});

test("status tells of the central, the folder, what is kept, copied, waits, and cannot be copied", async () => {
  shown.index = { files: () => [], count: 1 };
  shown.kept = { ...shown.kept, count: 2, bytes: 2048 };
  shown.replicator = {
    progress: () => [],
    queued: 3,
    obstacles: () => ({ count: 2, files: [{ name: "a", reason: "a folder has that name" }] }),
  };
  shown.digestProgress = { files: 2, bytes: 3 * 2 ** 30 };
  expect(await run("status")).toBe(
    [
      "registered with the central",
      "1 file shared",
      "2 replaced or removed files kept (2.0 KiB)",
      "3 files waiting to be copied",
      "making hashes of 2 files for HTTP, in the background: 3.0 GiB to go",
      "cannot copy a: a folder has that name",
      "… and 1 file more",
    ].join("\n"),
  );
  printed = [];
  shown.connected = false;
  shown.missing = "the disk is away";
  shown.replicator = {
    ...shown.replicator,
    obstacles: () => ({ count: 1, files: [{ name: "a", reason: "no room" }] }),
  };
  const lines = (await run("ESTADO")).split("\n");
  expect(lines.slice(0, 2)).toEqual(["the central cannot be reached", "disk missing: the disk is away"]);
  // All are shown.
  expect(lines.at(-1)).toBe("cannot copy a: no room");
});
