import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../random.ts";
import { EPOCH_MS } from "../sim-process.ts";
import { Simulation } from "../simulation.ts";
import { PAGE_BYTES } from "./file-system/content.ts";
import * as bytesOf from "./file-system/file-bytes.ts";
import { SimFileSystem } from "./file-system/file-system.ts";
import { MachineDisk } from "./machine/machine-disk.ts";

/** Power losses in which what may happen is seen to happen, and what may not is not. */
const LOSSES = 200;
/** Milliseconds after which all is on the disk, whoever has synced it. */
const LONG_MS = 60_000;

function start() {
  const sim = new Simulation(1);
  const machine = new MachineDisk(sim, "one");
  const fs = new SimFileSystem(sim);
  machine.mount("/data", fs);
  const { user, calls } = machine;
  const text = (path: string) => {
    const bytes = user.read(`/data/${path}`);
    return bytes && Buffer.from(bytes).toString();
  };
  return {
    sim,
    machine,
    fs,
    text,
    write: (path: string, content: string) => user.write(`/data/${path}`, Buffer.from(content)),
    /** What fsync does. */
    syncFile(path: string) {
      const file = user.file(`/data/${path}`);
      if (file) bytesOf.sync(fs, file);
    },
    syncFolder: (path: string) => fs.names.sync(calls.folder(`/data/${path}`)),
    syncAll: () => bytesOf.syncAll(fs),
    makeFolder: (path: string) => user.makeFolder(`/data/${path}`),
    rename: (from: string, to: string) => user.rename(`/data/${from}`, `/data/${to}`),
    delete: (path: string) => user.delete(`/data/${path}`),
    files: () =>
      user
        .list("/data")
        .filter(({ kind }) => kind === "file")
        .map(({ path }) => path)
        .sort(),
  };
}

type World = ReturnType<typeof start>;

/** What is seen after power losses: each different thing once. */
function seenAfter(act: (world: World) => void, look: (world: World) => unknown): unknown[] {
  const seen = new Map<string, unknown>();
  for (let seed = 0; seed < LOSSES; seed++) {
    const world = start();
    act(world);
    world.machine.powerLoss(new SeededRandom(seed));
    const found = look(world);
    seen.set(JSON.stringify(found), found);
  }
  return [...seen.keys()].sort().map((key) => seen.get(key));
}

describe("of a file, a power loss leaves", () => {
  test("what was synced with its name, always", () => {
    const seen = seenAfter(
      ({ write, syncFile, syncFolder }) => {
        write("a", "synced");
        syncFile("a");
        syncFolder("");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["synced"]);
  });

  test("the name or not, where only the file was synced", () => {
    const seen = seenAfter(
      ({ write, syncFile }) => {
        write("a", "synced");
        syncFile("a");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["synced", null]);
  });

  test("the name without the bytes, where only the folder was synced", () => {
    const seen = seenAfter(
      ({ write, syncFolder }) => {
        write("a", "lost?");
        syncFolder("");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["", "lost?"]);
  });

  test("each page as it was or as it was written, and no page in between", () => {
    const pages = (letters: string) => [...letters].map((letter) => letter.repeat(PAGE_BYTES)).join("");
    const seen = seenAfter(
      ({ write, syncAll, machine }) => {
        write("a", pages("abc"));
        syncAll();
        const file = machine.calls.open("/data/a", "update");
        file.write(0, Buffer.from(pages("ABC")));
        file.close();
      },
      ({ text }) => {
        const found = text("a") ?? "";
        const letters = [0, 1, 2].map((page) => found[page * PAGE_BYTES]).join("");
        return found === pages(letters) ? letters : "torn within a page";
      },
    );
    expect(seen).toEqual(["ABC", "ABc", "AbC", "Abc", "aBC", "aBc", "abC", "abc"]);
  });

  test("a part of what was written behind its end, with holes in any place", () => {
    const seen = seenAfter(
      ({ write, syncAll, machine }) => {
        write("a", "");
        syncAll();
        machine.user.append("/data/a", new Uint8Array(3 * PAGE_BYTES).fill(1));
      },
      ({ machine }) => {
        const bytes = machine.user.read("/data/a") ?? new Uint8Array(0);
        return Array.from({ length: bytes.length / PAGE_BYTES }, (_, page) => bytes[page * PAGE_BYTES]).join("");
      },
    );
    expect(seen).toEqual(["", "001", "01", "011", "1", "101", "11", "111"]);
  });

  test("the old bytes or none of them, when it was cut off and written anew", () => {
    const seen = seenAfter(
      ({ write, syncAll }) => {
        write("a", "old");
        syncAll();
        write("a", "the new one");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["", "old", "the new one"]);
  });

  test("its times as they were or as they became, though the bytes are lost", () => {
    const seen = seenAfter(
      ({ sim, write, syncAll, machine }) => {
        write("a", "old");
        syncAll();
        sim.runUntil(1000);
        const file = machine.calls.open("/data/a", "update");
        file.write(0, Buffer.from("new"));
        file.close();
      },
      ({ text, machine }) => {
        const age = Number((machine.user.file("/data/a")?.mtimeNs ?? 0n) / 1_000_000n) - EPOCH_MS;
        return `${text("a")} of ${age}`;
      },
    );
    expect(seen).toEqual(["new of 1000", "old of 0", "old of 1000"]);
  });

  test("all of it, once it is old enough", () => {
    const seen = seenAfter(
      ({ sim, write, makeFolder }) => {
        makeFolder("f");
        write("f/a", "long ago");
        sim.runUntil(LONG_MS);
      },
      ({ text }) => text("f/a"),
    );
    expect(seen).toEqual(["long ago"]);
  });
});

describe("of names, a power loss leaves", () => {
  test("the old file or the new one under a name that was given to another file, if that was synced", () => {
    const seen = seenAfter(
      ({ write, syncAll, syncFile, rename }) => {
        write("a", "old");
        syncAll();
        write("new", "new");
        syncFile("new");
        rename("new", "a");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["new", "old"]);
  });

  test("an empty file there, where it was not synced before", () => {
    const seen = seenAfter(
      ({ write, syncAll, rename }) => {
        write("a", "old");
        syncAll();
        write("new", "new");
        rename("new", "a");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["", "new", "old"]);
  });

  test("the changes of one folder in their order, those of two in none", () => {
    const act = (second: string) => (world: World) => {
      for (const folder of ["one", "two"]) world.makeFolder(folder);
      world.syncAll();
      world.write("one/first", "");
      world.write(second, "");
    };
    const look = ({ files }: World) => files();
    expect(seenAfter(act("one/second"), look)).toEqual([["one/first", "one/second"], ["one/first"], []]);
    expect(seenAfter(act("two/second"), look)).toEqual([
      ["one/first", "two/second"],
      ["one/first"],
      ["two/second"],
      [],
    ]);
  });

  test("a removed file or not", () => {
    const seen = seenAfter(
      ({ write, syncAll, delete: remove }) => {
        write("a", "back");
        syncAll();
        remove("a");
      },
      ({ text }) => text("a"),
    );
    expect(seen).toEqual(["back", null]);
  });

  test("what was moved in one of the two places, though one was just made", () => {
    const seen = seenAfter(
      ({ write, syncAll, makeFolder, rename }) => {
        write("a", "moved");
        makeFolder("old");
        rename("a", "old/a");
        syncAll();
        makeFolder("new/deep");
        rename("old/a", "new/deep/a");
      },
      ({ files }) => files(),
    );
    expect(seen).toEqual([["new/deep/a"], ["old/a"]]);
  });

  test("what was moved where it is now, if either folder is synced", () => {
    for (const synced of ["old", "new/deep"]) {
      const seen = seenAfter(
        ({ write, syncAll, makeFolder, rename, syncFolder }) => {
          makeFolder("old");
          write("old/a", "moved");
          syncAll();
          makeFolder("new/deep");
          rename("old/a", "new/deep/a");
          syncFolder(synced);
        },
        ({ files }) => files(),
      );
      expect(seen).toEqual([["new/deep/a"]]);
    }
  });

  test("a new folder with all that was synced in it, or nothing of it, until the folder above is synced", () => {
    const act = (above: boolean) => (world: World) => {
      world.makeFolder("new");
      world.write("new/a", "synced");
      world.syncFile("new/a");
      world.syncFolder("new");
      if (above) world.syncFolder("");
    };
    expect(seenAfter(act(false), ({ text }) => text("new/a"))).toEqual(["synced", null]);
    expect(seenAfter(act(true), ({ text }) => text("new/a"))).toEqual(["synced"]);
  });

  test("each file in one place and no folder in itself, however they were moved", () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < LOSSES; round++) {
      const world = start();
      const folders = ["a", "b", "c", "a/d", "a/d/e", "b/f"];
      for (const folder of folders) {
        world.makeFolder(folder);
        world.write(`${folder}/in ${folder.replaceAll("/", " ")}`, folder);
      }
      world.syncAll();
      const contents = (of: World) => of.files().map((path) => of.text(path) ?? "");
      const before = contents(world).sort();
      for (let move = 0; move < 12; move++) moveOne(world, random);
      world.machine.powerLoss(random);
      expect(contents(world).sort()).toEqual(before);
      expect(new Set([...world.machine.user.list("/data")].map(({ path }) => path)).size).toBe(2 * folders.length);
    }
  });
});

/** Moves something to another folder, where that is possible, and syncs a folder now and then. */
function moveOne({ machine, syncFolder }: World, random: SeededRandom): void {
  const all = machine.user.list("/data");
  const from = random.pick(all).path;
  const to = random.pick(all.filter(({ kind }) => kind === "folder")).path;
  try {
    machine.calls.rename(`/data/${from}`, `/data/${to}/${from.slice(from.lastIndexOf("/") + 1)}`, false);
  } catch {
    // It is there already, or would be in itself.
  }
  if (random.chance(0.2))
    syncFolder(random.pick(machine.user.list("/data").filter(({ kind }) => kind === "folder")).path);
}

describe("after a power loss", () => {
  test("the room in use is that of the files that are there", () => {
    for (let seed = 0; seed < 50; seed++) {
      const world = start();
      const free = world.fs.freeBytes;
      for (let file = 0; file < 8; file++) {
        world.write(`file ${file}`, "x".repeat(file * 3000));
        if (file === 4) world.syncAll();
        if (file % 3 === 0) world.delete(`file ${file}`);
      }
      world.machine.powerLoss(new SeededRandom(seed));
      const numbers = world.files().map((path) => world.machine.user.file(`/data/${path}`)?.number);
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const path of world.files()) world.delete(path);
      expect(world.fs.freeBytes).toBe(free);
    }
  });

  test("it is another boot, and what was mounted is mounted", () => {
    const { machine, write, syncAll, text } = start();
    write("a", "there");
    syncAll();
    const before = machine.bootId;
    machine.powerLoss(new SeededRandom(1));
    expect(machine.bootId).not.toBe(before);
    expect(machine.mountPoints).toEqual(["/", "/data"]);
    expect(text("a")).toBe("there");
  });

  test("the same chance leaves the same", () => {
    const run = () => {
      const world = start();
      for (let file = 0; file < 30; file++) world.write(`file ${file}`, "x".repeat(file * 1000));
      world.machine.powerLoss(new SeededRandom(77));
      return world.files().map((path) => [path, world.text(path)]);
    };
    expect(run()).toEqual(run());
  });

  test("what it took is told, with its last bytes", () => {
    const told = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const { machine, write } = start();
      write("a", "precious");
      machine.observe({
        contentLost: ({ content, cause, actor }) => told.add(`${Buffer.from(content.bytes())} ${cause} ${actor.kind}`),
      });
      machine.powerLoss(new SeededRandom(seed));
    }
    expect([...told]).toEqual(["precious power power"]);
  });
});
