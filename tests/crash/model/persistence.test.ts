import { expect, test } from "bun:test";
import { SeededRandom } from "../../simulation/world/random.ts";
import { HistoryBuilder } from "../recording/history-builder.ts";
import { CrashPoint } from "./crash-points.ts";
import { PAGE_BYTES } from "./history.ts";
import { type Model, unitsOf } from "./persistence.ts";
import { filesIn, treeOf } from "./tree.ts";

const TOP = "/disk";
const [OLD, NEW] = [Buffer.alloc(2 * PAGE_BYTES, "o"), Buffer.alloc(2 * PAGE_BYTES, "n")];

/** A volume on which a test does something, a moment after the other. */
class Volume {
  private readonly builder = new HistoryBuilder([TOP]);

  /** Files by their names, all on the disk before anything else. */
  constructor(files: Readonly<Record<string, Uint8Array>> = {}) {
    for (const [name, bytes] of Object.entries(files)) this.write(name, bytes);
    this.syncAll();
  }

  write(name: string, bytes: Uint8Array): void {
    const place = this.at(name);
    this.builder.write(place.node ?? this.builder.makeFile(place), bytes, 0);
  }

  truncate(name: string, size: number): void {
    this.builder.truncate(this.nodeAt(name), size);
  }

  folder(name: string): void {
    this.builder.makeFolder(this.at(name));
  }

  rename(from: string, to: string): void {
    const source = this.at(from);
    this.builder.rename(source, this.at(to));
  }

  /** "" is the volume's own folder. */
  sync(name: string): void {
    const node = this.nodeAt(name);
    this.builder.sync(node, node, this.builder.advance() - 1);
  }

  /** All states after a power loss now: each file with the first letter of each page, "-" for zeros. */
  states(model: Model): string[] {
    const history = this.builder.finish();
    const units = unitsOf(history, model);
    const survivors = new CrashPoint(units, history.end, new SeededRandom(1)).states({
      ...{ work: 1, most: 100_000, sampled: 0, singled: 0 },
    });
    const texts = survivors.map((one) =>
      [...filesIn(treeOf(history, units, one))]
        .map(([path, file]) => `${path.slice(TOP.length + 1)}=${pagesOf(file.bytes())}`)
        .sort()
        .join(" "),
    );
    return [...new Set(texts)].sort();
  }

  private syncAll(): void {
    this.builder.syncAll(this.builder.advance() - 1);
  }

  private nodeAt(name: string): number {
    const { node } = this.at(name);
    if (node === null) throw new Error(`there is no ${name}`);
    return node;
  }

  private at(name: string) {
    this.builder.advance();
    const place = this.builder.find(name === "" ? TOP : `${TOP}/${name}`);
    if (!place) throw new Error(`there is no folder for ${name}`);
    return place;
  }
}

function pagesOf(bytes: Uint8Array): string {
  const pages = Array.from({ length: Math.ceil(bytes.length / PAGE_BYTES) }, (_, page) => bytes[page * PAGE_BYTES]);
  return pages.map((first) => (first ? String.fromCharCode(first) : "-")).join("");
}

/** A new version takes the place of an old one by a rename. */
function replaced(sync: (volume: Volume) => void): Volume {
  const volume = new Volume({ film: OLD });
  volume.write("new", NEW);
  sync(volume);
  volume.rename("new", "film");
  return volume;
}

test("a file that is renamed before it was synced may be there without its bytes", () => {
  const volume = replaced(() => {});
  expect(volume.states("ordered").filter((state) => !state.includes("new"))).toEqual([
    ...["film=", "film=n", "film=nn", "film=oo"],
  ]);
  expect(volume.states("loose").filter((state) => !state.includes("new"))).toEqual([
    ...["film=", "film=-", "film=--", "film=-n", "film=n", "film=n-", "film=nn", "film=oo"],
  ]);
});

test("one that was synced before is whole, and in the loose model its own name may be lost before the rename", () => {
  const volume = replaced((one) => one.sync("new"));
  expect(volume.states("ordered")).toEqual(["film=nn", "film=oo new=nn"]);
  expect(volume.states("loose")).toEqual(["film=nn", "film=oo", "film=oo new=nn"]);
});

test("a folder that is synced has its names, though not its own in the loose model", () => {
  const volume = new Volume();
  volume.folder("sub");
  volume.write("sub/film", NEW);
  volume.sync("sub/film");
  volume.sync("sub");
  expect(volume.states("ordered")).toEqual(["sub/film=nn"]);
  expect(volume.states("loose")).toEqual(["", "sub/film=nn"]);
});

test("names of one folder come in their order, those of two in any order in the loose model alone", () => {
  const make = (first: string, second: string) => {
    const volume = new Volume();
    for (const folder of ["a", "b"]) volume.folder(folder);
    volume.sync("");
    for (const name of [first, second]) volume.write(name, new Uint8Array(0));
    return volume;
  };
  expect(make("a/1", "a/2").states("loose")).toEqual(["", "a/1=", "a/1= a/2="]);
  expect(make("a/1", "b/2").states("ordered")).toEqual(["", "a/1=", "a/1= b/2="]);
  expect(make("a/1", "b/2").states("loose")).toEqual(["", "a/1=", "a/1= b/2=", "b/2="]);
});

test("pages that are written over come in any order, in both models", () => {
  const volume = new Volume({ film: OLD });
  volume.write("film", NEW);
  for (const model of ["ordered", "loose"] as const) {
    expect(volume.states(model)).toEqual(["film=nn", "film=no", "film=on", "film=oo"]);
  }
});

test("a file that was cut and written anew has nothing of before once it was cut, as far as the order is kept", () => {
  const volume = new Volume({ film: OLD });
  volume.truncate("film", 0);
  volume.write("film", NEW);
  expect(volume.states("ordered")).toEqual(["film=", "film=n", "film=nn", "film=oo"]);
  expect(volume.states("loose")).toContain("film=no");
});

test("a rename changes two folders at once, or none", () => {
  const volume = new Volume({ film: OLD });
  volume.folder("kept");
  volume.sync("");
  volume.rename("film", "kept/film");
  for (const model of ["ordered", "loose"] as const) expect(volume.states(model)).toEqual(["film=oo", "kept/film=oo"]);
});
