import { beforeEach, expect, test } from "bun:test";
import { centralCommands } from "../../../src/central/commands.ts";
import { AdmissionQueue } from "../../../src/central/downloads/admission-queue.ts";
import { ClusterFigures } from "../../../src/central/figures/cluster-figures.ts";
import type { KeptListing, KeptVersion } from "../../../src/central/operations/kept-files.ts";
import type { MoveResult } from "../../../src/central/operations/move-operation.ts";
import { RestoreOperation } from "../../../src/central/operations/restore-operation.ts";
import type { Registry } from "../../../src/central/registry/registry.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { EndingKey, KnownKey } from "../../../src/protocol/messages/keys.ts";
import { held, id, join, newRegistry } from "./fixtures.ts";

let registry: Registry;
let admission: AdmissionQueue;
let counts: { name: string; downloads: number }[];
let listing: KeptListing;
let missing: string | null;
let confirms: boolean;
let printed: string[];
let questions: string[];
let moved: (readonly [string, string])[];
let moveResult: MoveResult;
let removed: string[];
let restored: KeptVersion[];
let known: KnownKey[];
let ending: EndingKey[];
let fault: string | null;
let revokedBy: string[][];

beforeEach(() => {
  registry = newRegistry();
  admission = new AdmissionQueue(1);
  counts = [];
  listing = { versions: [], more: false, silent: [] };
  missing = null;
  confirms = true;
  printed = [];
  [questions, removed] = [[], []];
  [moved, moveResult] = [[], { kind: "moved", files: 1, bytes: 10, seen: 1 }];
  restored = [];
  [known, ending, fault, revokedBy] = [[], [], null, []];
});

function commands() {
  const print = (text: string) => void printed.push(...text.split("\n").map((line) => line.trimEnd()));
  const keptFiles = {
    list: async (name: string | null) => ({
      ...listing,
      versions: listing.versions.filter((each) => name === null || each.name === name),
    }),
    restore: async (version: KeptVersion) => {
      restored.push(version);
      return version.numbers[0] ?? 0;
    },
  };
  return centralCommands(
    {
      deps: { clock: systemClock, store: { downloadCounts: async () => counts } },
      registry,
      figures: new ClusterFigures(),
      serving: { missing: () => missing, unlisted: () => null },
      admission,
      downloads: { queue: () => admission.queue(0), setLimit() {} },
      keptFiles,
      restoration: new RestoreOperation({ keptFiles, log: { info() {} } }),
      forgetting: { forget: () => "unknown" },
      keyDesk: {
        list: () => known,
        ending: () => ending,
        revoke: async (fingerprint, by, answer) => {
          revokedBy.push([fingerprint, by]);
          answer({ fault, seen: true, told: 2 });
        },
      },
      moving: {
        move: async (from, to) => {
          moved.push([from, to]);
          return moveResult;
        },
      },
      removal: {
        remove: async (names) => {
          removed.push(...names);
          return names.length;
        },
      },
    },
    {
      ...{ print, page: async (text: string) => print(text), columns: () => null },
      confirm: async (question) => {
        questions.push(question);
        return confirms;
      },
    },
  );
}

/** What a command prints, its columns joined by one space. */
async function run(name: string, argument = ""): Promise<string[]> {
  printed.length = 0;
  await commands()
    .find((command) => command.name === name)
    ?.run(argument);
  return printed
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "" && !/^[-─ ]+$/.test(line));
}

function complete(name: string, prefix: string): readonly string[] {
  return commands()
    .find((command) => command.name === name)
    ?.complete?.(prefix) as readonly string[];
}

function version(name: string, number: number, changes: Partial<KeptVersion> = {}): KeptVersion {
  return { name, number, id: id("1"), size: 5, why: "removed", at: number, numbers: [2], ...changes };
}

test("without anything there is a sentence instead of a table", async () => {
  const names = ["downloads", "clients", "secondaries", "queue", "list", "kept", "keys"];
  const said = [];
  for (const name of names) said.push(...(await run(name)));
  expect(said).toEqual([
    "no downloads yet",
    "no downloads yet",
    "no secondary has registered yet",
    "no downloads now",
    "no files yet",
    "nothing is kept",
    "nobody has come with a key yet",
  ]);
});

test("keys are listed, and those of servers that end soon are named beside the secondaries", async () => {
  const nothing = { authority: null, role: null, number: null, name: null, rights: null, until: null, seen: null };
  known = [{ serial: 1, fingerprint: "f".repeat(64), cluster: false, ...nothing, sessions: 0, revoked: 0 }];
  ending = [{ number: null, until: 0 }];
  const [head, row] = await run("keys");
  expect(head).toBe("whose rights until seen fingerprint revoked");
  expect(row).toStartWith(`never seen ${"f".repeat(64)} 1970-01-01 `);
  expect(await run("secondaries")).toContain(
    "the key of the central ends on 1970-01-01: make a new one, see redes key --help",
  );
});

test("a key is revoked when the user says so, and what came of it is told", async () => {
  const fingerprint = "f".repeat(64);
  expect(await run("revoke", fingerprint.toUpperCase())).toEqual([
    `${fingerprint} is revoked, and 2 secondaries told; those that are away are told when they come back`,
  ]);
  expect(revokedBy).toEqual([[fingerprint, "the central's console"]]);
  expect(questions).toEqual([`revoke ${fingerprint} for good?`]);
  fault = "no";
  expect(await run("revoke", fingerprint)).toEqual([`${fingerprint} is not revoked: no`]);
  confirms = false;
  expect(await run("revoke", fingerprint)).toEqual(["nothing was revoked"]);
  expect(revokedBy).toHaveLength(2);
  await expect(run("revoke", "ana")).rejects.toThrow("a fingerprint is 64 hexadecimal digits: keys lists them");
});

test("counts are listed", async () => {
  counts = [{ name: "f", downloads: 3 }];
  expect(await run("downloads")).toEqual(["file downloads", "f 3"]);
  expect(await run("clients")).toEqual(["client downloads", "f 3"]);
});

test("where secondaries answer HTTP is listed once one does", async () => {
  join(registry, 2);
  const http = { host: "::1", port: 81, tls: false };
  registry.register({ number: 1, instance: "run 1", host: "h", port: 1, removal: 0, http });
  expect((await run("secondaries")).slice(0, 3)).toEqual([
    "number address state files HTTP",
    "1 h:1 joining 0 http://[::1]:81",
    "2 h:2 in step 0 -",
  ]);
});

test("secondaries are listed, with accusations where there are some, and what keeps the central from serving", async () => {
  join(registry, 1, [held("f", "1")]);
  join(registry, 2);
  missing = "1 copy of files still to be made";
  expect(await run("secondaries")).toEqual([
    "number address state files",
    "1 h:1 in step 1",
    "2 h:2 copying 0",
    "not serving: 1 copy of files still to be made",
  ]);
  registry.accuse(1);
  missing = null;
  const lines = await run("secondaries");
  expect(lines.slice(0, 3)).toEqual(["number address state files accused", "1 h:1 in step 1 1", "2 h:2 copying 0 0"]);
  expect(lines.join()).not.toContain("not serving");
});

test("downloads are listed with their progress or their place", async () => {
  const download = { session: 1, client: "ana", name: "f", id: id("1") };
  admission.admit({ ...download, download: "a", size: 1000 }, false, 0);
  admission.admit({ ...download, download: "b", size: 1000 }, false, 0);
  admission.admit({ ...download, download: "c", size: 0 }, true, 0);
  admission.progress("a", 259, [], 0);
  expect(await run("queue")).toEqual([
    "client file state done",
    "ana f active 25%",
    "ana f active 100%",
    "ana f place 1, no estimate yet",
  ]);
});

test("downloads are those of now before how many of each file were done", async () => {
  admission.admit({ session: 1, client: "ana", name: "f", id: id("1"), download: "a", size: 1000 }, false, 0);
  expect(await run("downloads")).toEqual(["client file state done", "ana f active 0%", "no downloads yet"]);
});

test("of very many files the first are listed, and how many there are more", async () => {
  const files = Array.from({ length: 1003 }, (_, index) => held(`f${String(index).padStart(4, "0")}`, "1"));
  join(registry, 1, files.slice(0, 1000));
  expect(await run("list")).toHaveLength(1001);
  expect(printed.join()).not.toContain("more");
  registry.announce(1, 2, files.slice(1000), [], true, 0);
  const lines = await run("list");
  expect([lines[1], lines.at(-1), lines.length]).toEqual(["f0000 10 B 1", "… and 3 files more", 1002]);
});

test("kept files are listed, with those that gave no answer", async () => {
  listing = { versions: [version("f", 3), version("g", 0, { numbers: [1, 2] })], more: true, silent: [4, 5] };
  const lines = await run("kept");
  expect(lines[0]).toBe("file number size since why secondaries");
  expect(lines[1]).toMatch(/^f 3 5 B .* removed 2$/);
  expect(lines[2]).toMatch(/^g - 5 B .* removed 1, 2$/);
  expect(lines.slice(3)).toEqual(["… and older ones", "secondaries 4, 5 gave no answer, or the disk is missing there"]);
  listing = { versions: [version("f", 3)], more: false, silent: [] };
  expect(await run("kept")).toHaveLength(2);
});

test("restore puts back the newest version, or the one with a number", async () => {
  listing = { versions: [version("f", 3), version("f", 4), version("f 3", 0)], more: false, silent: [] };
  expect(await run("restore", "f")).toEqual([
    "f, version 4, is back at secondary 2, and the others copy it as the newest version",
  ]);
  await run("restore", "f 4");
  // Where there is a file of that name, it is meant.
  expect(await run("restore", "f 3")).toEqual([
    "f 3 is back at secondary 2, and the others copy it as the newest version",
  ]);
  expect(restored.map(({ name, number }) => [name, number])).toEqual([
    ["f", 4],
    ["f", 4],
    ["f 3", 0],
  ]);
});

test("restore says what is not kept, and who gave no answer", async () => {
  listing = { versions: [version("f", 3)], more: false, silent: [] };
  await expect(run("restore", "f 9")).rejects.toThrow("no secondary keeps version 9 of f");
  await expect(run("restore", "g")).rejects.toThrow(/^the secondaries keep nothing of g$/);
  await expect(run("restore", "../g")).rejects.toThrow('"../g" cannot be the name of a file');
  listing = { ...listing, silent: [4] };
  await expect(run("restore", "g")).rejects.toThrow(
    "the secondaries keep nothing of g; secondary 4 gave no answer, or the disk is missing there",
  );
});

test("remove asks, and says how many it removed; of several all must be there", async () => {
  join(registry, 1, [held("f", "1"), held("f 2", "1"), held("g/a", "1"), held("g/b", "1")]);
  expect(await run("remove", "f 2")).toEqual([]);
  expect(await run("remove", 'g "f 2" g/a')).toEqual(["3 files removed; the secondaries keep them for a while"]);
  expect(questions).toEqual(["remove f 2 (10 B) from every secondary?", "remove 3 files (30 B) from every secondary?"]);
  expect(removed).toEqual(["f 2", "g/a", "g/b", "f 2"]);
  confirms = false;
  expect(await run("remove", "f")).toEqual(["nothing was removed"]);
  await run("remove", "f --yes");
  expect(removed).toHaveLength(5);
  await expect(run("remove", "x y")).rejects.toThrow("there is no file x y, no folder of that name, and");
  await expect(run("remove", "f x")).rejects.toThrow("there is no file x,");
});

test("names are completed from the catalogue, restore's from what is kept", async () => {
  join(registry, 1, [held("f", "1"), held("fa", "1"), held("g", "1")]);
  expect(complete("remove", "f")).toEqual(["f", "fa"]);
  expect(complete("remove", "")).toEqual(["f", "fa", "g"]);
  expect(complete("remove", "x")).toEqual([]);
});

test("commands that need a name say so", () => {
  const required = commands().flatMap(({ name, required }) => (required ? [name] : []));
  expect(required).toEqual(["remove", "mv", "restore", "forget", "revoke"]);
});

test("mv moves, and says what is not to be seen yet, or why not", async () => {
  join(registry, 1, [held("a film", "1")]);
  expect(await run("mv", "a film b")).toEqual(["1 file moved"]);
  expect(moved).toEqual([["a film", "b"]]);
  moveResult = { kind: "moved", files: 3, bytes: 10, seen: 1 };
  expect(await run("mv", "d e")).toEqual(["3 files moved; 2 files follow as soon as the secondaries can"]);
  moveResult = { kind: "refused", reason: "there is a file b already" };
  await expect(run("mv", "a b")).rejects.toThrow("there is a file b already");
  moveResult = { kind: "absent" };
  await expect(run("mv", "a b")).rejects.toThrow("there is no file a, and no folder of that name");
  await expect(run("mv", "a")).rejects.toThrow("two names are needed");
});
