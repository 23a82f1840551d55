import { beforeEach, expect, test } from "bun:test";
import { DiskError, type FileStat, type FolderEntry } from "../../../../src/platform/disk/disk.ts";
import { countedTurns, Turns } from "../../../../src/platform/turns/turns.ts";
import { noBatches } from "../../../../src/platform/workers/batch-client.ts";
import type { SharedFolder } from "../../../../src/secondary/folder/shared-folder.ts";
import { type WalkDeps, walk } from "../../../../src/secondary/scanning/walk.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const STAT: FileStat = {
  kind: "file",
  size: 1,
  mtimeNs: 1n,
  ctimeNs: 1n,
  inode: 1n,
  device: 1n,
  allocated: 1,
};

/** What is in each folder. */
let folders: Map<string, FolderEntry[] | DiskError>;
/** Names that the file system lists without a kind, and that are folders. */
let kindless: Set<string>;
/** Folders of which the marker was looked at, to see whose they are. */
let markersRead: string[];
/** Folders that another secondary shares. */
let othersFolders: string[];
let warned: string[];
let visited: string[];
let stopAfter: number;
let deps: WalkDeps;

beforeEach(() => {
  folders = new Map();
  kindless = new Set();
  [markersRead, othersFolders, warned, visited] = [[], [], [], []];
  stopAfter = Number.POSITIVE_INFINITY;
  const sharedFolder = {
    pathOf: (name: string) => name,
    allows: (name: string) => !name.endsWith("secret"),
    allowsFolder: (name: string) => !name.endsWith(".redes"),
    isSharedByOther: async (folder: string) => {
      markersRead.push(folder);
      return othersFolders.includes(folder);
    },
    statEntry: async (name: string) => {
      if (name === "broken") throw new Error("input/output error");
      return kindless.has(name) ? { kind: "folder" } : { kind: "file", stat: STAT };
    },
    warnOnce: (name: string) => void warned.push(name),
    warnInvalidUtf8: (name: string) => void warned.push(name),
  };
  const list = async (folder: string) => {
    const found = folders.get(folder) ?? [];
    if (found instanceof DiskError) throw found;
    return found;
  };
  deps = {
    disk: { list } as unknown as WalkDeps["disk"],
    batches: noBatches,
    sharedFolder: sharedFolder as unknown as SharedFolder,
    turns: new Turns(new FakeClock(), countedTurns(64)),
    stopped: () => visited.length >= stopAfter,
  };
});

/** `a`: a file; `a/`: a folder; `?a`: an entry without a kind. */
function put(folder: string, ...names: string[]): void {
  folders.set(
    folder,
    names.map((text): FolderEntry => {
      const name = text.replace(/^\?|\/$/g, "");
      const kind = text.startsWith("?") ? "other" : text.endsWith("/") ? "folder" : "file";
      return { name, kind, utf8: true };
    }),
  );
}

async function walked(folder = "", except: readonly string[] = []): Promise<string[]> {
  await walk(deps, folder, new Set(except), (name) => visited.push(name));
  return visited.sort();
}

test("files may be shared by their names, and those that are compared already are left out", async () => {
  put("", "a", "b", "secret", "f/");
  put("f", "c", "secret");
  expect(await walked("", ["b"])).toEqual(["a", "f/c"]);
});

test("what a file system lists without a kind may be a folder", async () => {
  put("", "?f", "?a");
  put("f", "c");
  kindless.add("f");
  expect(await walked()).toEqual(["a", "f/c"]);
});

test("a folder that another secondary shares is not walked; only a staging folder is a reason to look for that", async () => {
  put("", ".redes/", "mine/", "theirs/", "plain/");
  put("mine", ".redes/");
  put("theirs", ".redes/", "film");
  put("plain", "a");
  othersFolders = ["theirs"];
  expect(await walked()).toEqual(["plain/a"]);
  expect(markersRead.sort()).toEqual(["mine", "theirs"]);
});

test("a folder that went meanwhile is no news, one that cannot be read is; the others are walked", async () => {
  put("", "gone/", "closed/", "f/", "broken");
  folders.set("gone", new DiskError("missing", "gone", "no such folder"));
  folders.set("closed", new DiskError("denied", "closed", "permission denied"));
  put("f", "a");
  expect(await walked()).toEqual(["f/a"]);
  expect(warned.sort()).toEqual(["broken", "closed"]);
});

test("a walk of a folder that is not there fails", async () => {
  folders.set("gone", new DiskError("missing", "gone", "no such folder"));
  await expect(walked("gone")).rejects.toThrow("no such folder");
});

test("it ends in the middle when it is to stop", async () => {
  put("", "a", "b", "f/");
  put("f", "c");
  stopAfter = 1;
  expect(await walked()).toHaveLength(1);
});

test("files of which many are asked at once are each visited as the disk says; it ends in the middle of those too", async () => {
  put("", "a", "b", "?f");
  kindless.add("f");
  put("f", "c");
  const statFiles = async (_root: string, names: readonly string[]) =>
    names.map((name) => (name === "f" ? null : { ...STAT, size: name.length }));
  deps = { ...deps, batches: { ...noBatches, statFiles } };
  expect(await walked()).toEqual(["a", "b", "f/c"]);
  visited = [];
  stopAfter = 1;
  expect(await walked()).toEqual(["a"]);
});
