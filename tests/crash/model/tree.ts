import fs from "node:fs";
import { join } from "node:path";
import type { Survivors } from "./crash-points.ts";
import { type History, type NodeId, PAGE_BYTES } from "./history.ts";
import type { Unit } from "./persistence.ts";

/** A file as a power loss has left it. */
export class TreeFile {
  size = 0;
  readonly pages = new Map<number, Uint8Array>();

  constructor(readonly node: NodeId) {}

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    for (const [page, content] of this.pages) {
      const position = page * PAGE_BYTES;
      if (position < this.size) bytes.set(content.subarray(0, this.size - position), position);
    }
    return bytes;
  }
}

/** A folder of a tree: its entries by name. */
export type TreeFolder = Map<string, TreeFile | TreeFolder>;

/** The volumes after a power loss, by the paths of their top folders. */
export type Tree = ReadonlyMap<string, TreeFolder>;

/** What is found on the disks when these changes have come to them. */
export function treeOf(history: History, units: readonly Unit[], survivors: Survivors): Tree {
  const folders = new Map<NodeId, TreeFolder>();
  const files = new Map<NodeId, TreeFile>();
  const fileOf = (node: NodeId) => getOrMake(files, node, () => new TreeFile(node));
  const nodeOf = (node: NodeId) =>
    history.folders.has(node) ? getOrMake(folders, node, () => new Map()) : fileOf(node);
  for (const [index, { change }] of units.entries()) {
    if (!survivors.has(index)) continue;
    if (change.kind === "page") fileOf(change.node).pages.set(change.page, change.bytes);
    if (change.kind === "size") {
      const file = fileOf(change.node);
      file.size = change.size;
      for (const [page, bytes] of change.cut) file.pages.set(page, bytes);
    }
    if (change.kind !== "name") continue;
    for (const { folder, name, node } of change.entries) {
      const entries = getOrMake(folders, folder, () => new Map());
      if (node === null) entries.delete(name);
      else entries.set(name, nodeOf(node));
    }
  }
  const top = (root: NodeId) => folders.get(root) ?? new Map();
  return new Map([...history.volumes].map(([path, root]) => [path, top(root)]));
}

/** Every file of a tree, by its path. */
export function filesIn(tree: Tree): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  const collect = (path: string, folder: TreeFolder) => {
    for (const [name, entry] of folder) {
      if (entry instanceof TreeFile) files.set(join(path, name), entry);
      else collect(join(path, name), entry);
    }
  };
  for (const [path, folder] of tree) collect(path, folder);
  return files;
}

/** Tells which trees are alike. */
export class TreeFingerprints {
  private readonly pages = new WeakMap<Uint8Array, string>();

  /** A text that is the same for two trees only if nobody can tell them apart. */
  of(tree: Tree): string {
    const lines: string[] = [];
    for (const [path, folder] of tree) this.describe(path, folder, lines);
    return Bun.hash(lines.join("\n")).toString(36);
  }

  private describe(path: string, folder: TreeFolder, lines: string[]): void {
    for (const [name, entry] of [...folder].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const inner = `${path}/${name}`;
      lines.push(inner);
      if (entry instanceof TreeFile) lines.push(this.content(entry));
      else this.describe(inner, entry, lines);
    }
  }

  private content({ size, pages }: TreeFile): string {
    let content = `${size}`;
    for (let page = 0; page * PAGE_BYTES < size; page++) {
      const bytes = pages.get(page);
      if (bytes) content += ` ${page} ${this.hashOf(bytes)}`;
    }
    return content;
  }

  private hashOf(page: Uint8Array): string {
    const known = this.pages.get(page);
    if (known !== undefined) return known;
    const hash = Bun.hash(page).toString(36);
    this.pages.set(page, hash);
    return hash;
  }
}

/** Makes a folder of a tree on the disk. Gives the path of each file by its node: the last of several names. */
export function materialize(folder: TreeFolder, path: string): Map<NodeId, string> {
  const paths = new Map<NodeId, string>();
  const make = (entries: TreeFolder, inner: string) => {
    fs.mkdirSync(inner, { recursive: true });
    for (const [name, entry] of entries) {
      const target = join(inner, name);
      if (!(entry instanceof TreeFile)) make(entry, target);
      else {
        const other = paths.get(entry.node);
        if (other === undefined) fs.writeFileSync(target, entry.bytes());
        else fs.linkSync(other, target);
        paths.set(entry.node, target);
      }
    }
  };
  make(folder, path);
  return paths;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
