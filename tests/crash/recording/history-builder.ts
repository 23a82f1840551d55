import fs from "node:fs";
import { join, resolve } from "node:path";
import {
  type Change,
  type History,
  type Moment,
  type NodeId,
  type Note,
  PAGE_BYTES,
  type Sync,
} from "../model/history.ts";

const ZEROS = new Uint8Array(PAGE_BYTES);

/** The content of a file as its program sees it. */
class FileContent {
  size = 0;
  readonly pages = new Map<number, Uint8Array>();
}

/** The place of a name: its folder, and what has the name now. */
export interface Place {
  readonly folder: NodeId;
  readonly name: string;
  readonly node: NodeId | null;
}

/** What a call has used is not there, as far as is known: what made it may be a call whose end was seen later. */
export class NotThereError extends Error {
  constructor(path: string) {
    super(`${path} is used and is not there`);
  }
}

/** Writes down what happens to files and folders, and knows how they are at the moment. */
export class HistoryBuilder {
  private readonly folders = new Map<NodeId, Map<string, NodeId>>();
  private readonly files = new Map<NodeId, FileContent>();
  private readonly volumeOf = new Map<NodeId, NodeId>();
  private readonly volumes = new Map<string, NodeId>();
  private readonly changes: Change[] = [];
  private readonly syncs: Sync[] = [];
  private readonly notes: Note[] = [];
  private nodes = 0;
  private now: Moment = 0;

  /** `volumes`: the paths of the top folders of file systems, all empty. */
  constructor(volumes: readonly string[]) {
    for (const path of volumes) {
      const node = this.newNode(null);
      this.folders.set(node, new Map());
      this.volumes.set(path, node);
    }
  }

  /** Before anything happens: the volume `top` has what is in the folder `from` now, all of it on the disk. */
  populate(top: string, from: string): void {
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
      const place = this.find(join(top, entry.name));
      if (!place) throw new Error(`${top} is on no volume`);
      const path = join(from, entry.name);
      if (entry.isDirectory()) {
        this.makeFolder(place);
        this.populate(join(top, entry.name), path);
      } else this.write(this.makeFile(place), fs.readFileSync(path), 0);
    }
    this.syncAll(this.now);
  }

  /** What follows happens at a later moment. */
  advance(): Moment {
    this.now += 1;
    return this.now;
  }

  finish(): History {
    const { volumes, volumeOf, changes, syncs, notes, now } = this;
    return { volumes, volumeOf, folders: new Set(this.folders.keys()), changes, syncs, notes, end: now };
  }

  /** The place at an absolute path; null where it is on no volume. Throws {@link NotThereError} where its folder is not there. */
  find(path: string): Place | null {
    for (const [top, root] of this.volumes) {
      if (!`${path}/`.startsWith(`${top}/`)) continue;
      let place: Place = { folder: root, name: "", node: root };
      for (const name of resolve(path).slice(top.length).split("/").filter(Boolean)) {
        const entries = place.node === null ? undefined : this.folders.get(place.node);
        if (!entries || place.node === null) throw new NotThereError(path);
        place = { folder: place.node, name, node: entries.get(name) ?? null };
      }
      return place;
    }
    return null;
  }

  /** The place of a name in a folder. */
  placeIn(folder: NodeId, name: string): Place {
    const entries = this.folders.get(folder);
    if (!entries) throw new NotThereError(name);
    return { folder, name, node: entries.get(name) ?? null };
  }

  isFile(node: NodeId): boolean {
    return this.files.has(node);
  }

  sizeOf(node: NodeId): number {
    return this.file(node).size;
  }

  /** A file that has no name yet, on the volume of a folder. */
  makeUnnamed(folder: NodeId): NodeId {
    const node = this.newNode(folder);
    this.files.set(node, new FileContent());
    return node;
  }

  makeFile({ folder, name }: Place): NodeId {
    const node = this.makeUnnamed(folder);
    this.setEntries(node, [folder], [{ folder, name, node }]);
    return node;
  }

  makeFolder({ folder, name }: Place): void {
    const node = this.newNode(folder);
    this.folders.set(node, new Map());
    this.setEntries(node, [folder], [{ folder, name, node }]);
  }

  link(node: NodeId, { folder, name }: Place): void {
    this.setEntries(node, [folder], [{ folder, name, node }]);
  }

  /** Takes a name away; a folder must have lost all of its entries before. */
  remove({ folder, name, node }: Place): void {
    if (node === null) throw new NotThereError(name);
    const emptied = this.folders.has(node) ? [node] : [];
    this.setEntries(node, [folder, ...emptied], [{ folder, name, node: null }]);
  }

  rename(from: Place, to: Place): void {
    if (from.node === null) throw new NotThereError(from.name);
    const entries = [
      { folder: from.folder, name: from.name, node: null },
      { folder: to.folder, name: to.name, node: from.node },
    ];
    this.setEntries(from.node, [...new Set([from.folder, to.folder])], entries);
  }

  write(node: NodeId, bytes: Uint8Array, position: number): void {
    const file = this.file(node);
    const end = position + bytes.length;
    for (let page = Math.floor(position / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
      const start = page * PAGE_BYTES;
      const from = Math.max(position, start);
      const whole = new Uint8Array(file.pages.get(page) ?? ZEROS);
      whole.set(bytes.subarray(from - position, Math.min(end, start + PAGE_BYTES) - position), from - start);
      this.setPage(node, page, whole);
      this.extend(node, Math.min(end, start + PAGE_BYTES));
    }
  }

  truncate(node: NodeId, size: number): void {
    const file = this.file(node);
    if (size === file.size) return;
    const cut = new Map<number, Uint8Array>();
    for (const [page, bytes] of file.pages) {
      const kept = Math.max(0, size - page * PAGE_BYTES);
      if (kept >= PAGE_BYTES) continue;
      const rest = new Uint8Array(PAGE_BYTES);
      rest.set(bytes.subarray(0, kept));
      cut.set(page, rest);
      file.pages.set(page, rest);
    }
    file.size = size;
    this.changes.push({ kind: "size", at: this.now, node, size, how: "set", cut });
  }

  /** `node`: null for the whole volume of `on`. */
  sync(node: NodeId | null, on: NodeId, began: Moment): void {
    this.syncs.push({ began, at: this.now, node, volume: this.volume(on) });
  }

  syncAll(began: Moment): void {
    for (const volume of this.volumes.values()) this.sync(null, volume, began);
  }

  note(to: Note["to"], text: string): void {
    this.notes.push({ at: this.now, to, text });
  }

  private newNode(folder: NodeId | null): NodeId {
    this.nodes += 1;
    this.volumeOf.set(this.nodes, folder === null ? this.nodes : this.volume(folder));
    return this.nodes;
  }

  private volume(node: NodeId): NodeId {
    return this.volumeOf.get(node) ?? node;
  }

  private file(node: NodeId): FileContent {
    const file = this.files.get(node);
    if (!file) throw new Error(`node ${node} is no file`);
    return file;
  }

  /** A write has put bytes up to here: the file may become longer page by page. */
  private extend(node: NodeId, size: number): void {
    const file = this.file(node);
    if (size <= file.size) return;
    file.size = size;
    this.changes.push({ kind: "size", at: this.now, node, size, how: "extended", cut: new Map() });
  }

  private setPage(node: NodeId, page: number, bytes: Uint8Array): void {
    this.file(node).pages.set(page, bytes);
    this.changes.push({ kind: "page", at: this.now, node, page, bytes });
  }

  private setEntries(
    node: NodeId,
    folders: readonly NodeId[],
    entries: readonly { readonly folder: NodeId; readonly name: string; readonly node: NodeId | null }[],
  ): void {
    for (const entry of entries) {
      const names = this.folders.get(entry.folder);
      if (!names) throw new Error(`node ${entry.folder} is no folder`);
      if (entry.node === null) names.delete(entry.name);
      else names.set(entry.name, entry.node);
    }
    this.changes.push({ kind: "name", at: this.now, folders, entries, node });
  }
}
