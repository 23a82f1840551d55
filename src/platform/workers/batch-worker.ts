import { basename } from "node:path";
import { sameContent } from "../content-state.ts";
import type { InstallRequest, OpenedFile, RenamedFile, WholeFile } from "../disk/batch-disk.ts";
import type { BlockingDisk, Bounds, FileStat, FolderHandle } from "../disk/disk.ts";
import { parentOf, pathOf } from "../disk/names.ts";
import { type Anchor, beneath } from "../disk/reach/anchor.ts";
import { NO_BYTES } from "../memory.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import { examineAll } from "./examined-files.ts";
import { realFolders } from "./real-folders.ts";
import { StatColumns, splitNames, statBytes } from "./stat-columns.ts";

export type Batch =
  /** Names are in one text: see {@link joinNames}. */
  | { readonly kind: "stat"; readonly root: string; readonly names: string }
  | { readonly kind: "examine"; readonly bounds: Bounds; readonly names: string }
  | { readonly kind: "free"; readonly root: string; readonly names: readonly string[] }
  | { readonly kind: "open"; readonly bounds: Bounds; readonly names: readonly string[] }
  | { readonly kind: "install"; readonly anchor: Anchor; readonly files: readonly InstallRequest[] }
  | { readonly kind: "read"; readonly files: readonly WholeFile[]; readonly bounds: Bounds }
  | { readonly kind: "sync"; readonly folder: string }
  | { readonly kind: "close"; readonly table: SharedArrayBuffer };

/** What was found or done, for each file; where files are read, how many bytes. */
export type BatchAnswer = boolean | OpenedFile | RenamedFile | number | null;

export interface BatchResult {
  readonly answers: readonly BatchAnswer[];
  /** Of the files that were read, one after the other; or what was found out about them, in columns. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Works through a batch, blocking. */
export function runBatch(disk: BlockingDisk, batch: Batch): BatchResult {
  switch (batch.kind) {
    case "stat":
      return { answers: [], bytes: statFiles(disk, batch.root, splitNames(batch.names)) };
    case "examine":
      return { answers: [], bytes: examineAll(disk, batch.bounds, splitNames(batch.names)) };
    case "free":
      return { answers: free(disk, batch.root, batch.names), bytes: NO_BYTES };
    case "open":
      return {
        answers: open(disk, batch.bounds, batch.names),
        bytes: NO_BYTES,
      };
    case "install":
      return { answers: placeAll(disk, batch.anchor, batch.files), bytes: NO_BYTES };
    case "read":
      return readAll(disk, batch.files, batch.bounds);
    case "sync":
      return { answers: [orNull(() => syncFileSystem(disk, batch.folder))], bytes: NO_BYTES };
    case "close":
      for (const fd of new DescriptorTable(batch.table).drain()) orNull(() => disk.close(fd));
      return { answers: [], bytes: NO_BYTES };
  }
}

/** The memory of a result that goes to the other thread without being copied. */
export function transferredMemory({ bytes }: BatchResult): ArrayBuffer[] {
  return bytes.length > 0 ? [bytes.buffer] : [];
}

/** After a failure the caller handles the file by itself, and gets the error there. */
function orNull<T>(work: () => T | null): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function statFiles(disk: BlockingDisk, root: string, names: readonly string[]): Uint8Array<ArrayBuffer> {
  const isInRealFolder = realFolders(disk, root);
  const bytes = new Uint8Array(statBytes(names.length));
  const columns = new StatColumns(bytes.buffer, names.length);
  for (const [index, name] of names.entries()) {
    const stat = orNull(() => (isInRealFolder(name) ? disk.lstat(pathOf(root, name)) : null));
    columns.put(index, stat?.kind === "file" ? stat : null);
  }
  return bytes;
}

function open(disk: BlockingDisk, bounds: Bounds, names: readonly string[]): (OpenedFile | null)[] {
  const root = bounds.folder;
  const isInRealFolder = realFolders(disk, root);
  return names.map((name) =>
    orNull(() => {
      const opened = isInRealFolder(name) ? statOpened(disk, pathOf(root, name), bounds) : null;
      return opened?.stat.kind === "file" ? opened : null;
    }),
  );
}

interface Root {
  readonly path: string;
  readonly device: bigint | undefined;
}

function free(disk: BlockingDisk, root: string, names: readonly string[]): (boolean | null)[] {
  const device = orNull(() => disk.lstat(root))?.device;
  const writable = new Map<string, boolean>();
  return names.map((name) =>
    orNull(
      () =>
        canMakeIn(disk, { path: root, device }, pathOf(root, parentOf(name)), writable) &&
        disk.lstat(pathOf(root, name)) === null,
    ),
  );
}

/**
 * Whether something can be made in a folder, or in the innermost one around it that is there, reached through no link and
 * on the file system of the root.
 */
function canMakeIn(disk: BlockingDisk, root: Root, folder: string, known: Map<string, boolean>): boolean {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const real = disk.realpath(folder);
  let can: boolean;
  // A link that leads nowhere is no missing folder.
  if (real === null)
    can = folder !== root.path && !disk.lstat(folder) && canMakeIn(disk, root, parentOf(folder), known);
  else {
    const stat = disk.lstat(folder);
    can = real === folder && stat?.kind === "folder" && stat.device === root.device;
    if (can) disk.checkWritable(folder);
  }
  known.set(folder, can);
  return can;
}

function statOpened(disk: BlockingDisk, path: string, bounds: Bounds): OpenedFile {
  const fd = disk.open(path, "read-no-link", bounds);
  try {
    return { stat: disk.fstat(fd), hasWriters: disk.hasWriters(fd) };
  } finally {
    disk.close(fd);
  }
}

/** Gives any answer but null. */
function syncFileSystem(disk: BlockingDisk, folder: string): number {
  const fd = disk.open(folder, "read");
  try {
    disk.syncfs(fd);
    return 0;
  } finally {
    disk.close(fd);
  }
}

function placeAll(disk: BlockingDisk, anchor: Anchor, files: readonly InstallRequest[]): (RenamedFile | null)[] {
  // Those of one folder mostly come one after the other: checked once for each such run, which takes a moment.
  let current = "";
  let handle: FolderHandle | null = null;
  const made: string[] = [];
  const open = (folder: string, device: bigint) => {
    handle?.release();
    handle = null;
    current = folder;
    if (makeReal(disk, { anchor, device, made }, folder)) handle = disk.openFolder(folder, beneath(anchor));
  };
  const placed = files.map((file) =>
    orNull(() => {
      const folder = pathOf(anchor.path, parentOf(file.name));
      const before = file.tmpfile === null ? disk.lstat(file.from) : disk.fstat(file.tmpfile);
      if (before?.kind !== "file" || before.size !== file.size) return null;
      if (folder !== current || handle === null) open(folder, before.device);
      return handle && place(disk, handle, file, before);
    }),
  );
  (handle as FolderHandle | null)?.release();
  if (placed.includes(null)) for (const folder of made.toReversed()) removeReal(disk, anchor, folder);
  return placed;
}

/** Where folders are made: within an anchor, on this file system. Those that were made are added in their order. */
interface Within {
  readonly anchor: Anchor;
  readonly device: bigint;
  readonly made: string[];
}

function place(
  disk: BlockingDisk,
  folder: FolderHandle,
  { from, tmpfile, name }: InstallRequest,
  before: FileStat,
): RenamedFile {
  const to = pathOf(folder.path, basename(name));
  if (tmpfile === null) disk.renameNoReplace(from, to);
  else disk.linkFd(tmpfile, folder, basename(name));
  const after = orNull(() => (tmpfile === null ? disk.lstat(to) : disk.fstat(tmpfile)));
  return { before, after: after?.kind === "file" ? after : null };
}

/**
 * Whether a folder is there, and reached through real folders only; makes it when there is none, on the file system of what
 * is to be put there alone: what is in the place of a disk that is gone stays as it is.
 */
function makeReal(disk: BlockingDisk, within: Within, folder: string): boolean {
  const { anchor, device, made } = within;
  const real = disk.realpath(folder);
  if (real !== null) return real === folder;
  if (folder === anchor.path || !makeReal(disk, within, parentOf(folder))) return false;
  const parent = disk.openFolder(parentOf(folder), { anchor, device });
  if (!parent) return false;
  try {
    disk.makeSubfolder(pathOf(parent.path, basename(folder)));
    made.push(folder);
  } finally {
    parent.release();
  }
  return disk.realpath(folder) === folder;
}

/** Removes a folder that is reached through real folders only, if it is empty. */
function removeReal(disk: BlockingDisk, anchor: Anchor, folder: string): void {
  const parent = orNull(() => disk.openFolder(parentOf(folder), beneath(anchor)));
  if (parent) disk.removeFolder(pathOf(parent.path, basename(folder)));
  parent?.release();
}

function readAll(disk: BlockingDisk, files: readonly WholeFile[], bounds: Bounds): BatchResult {
  const bytes = new Uint8Array(files.reduce((sum, { size }) => sum + size, 0));
  let filled = 0;
  const answers = files.map((file) => {
    const read = orNull(() => readInto(disk, file, bounds, bytes.subarray(filled, filled + file.size)));
    filled += read ?? 0;
    return read;
  });
  return { answers, bytes: bytes.subarray(0, filled) };
}

/** How many bytes the file has; null when it is another one by now. */
function readInto(
  disk: BlockingDisk,
  { path, size, mtimeNs, inode }: WholeFile,
  bounds: Bounds,
  bytes: Uint8Array,
): number | null {
  const fd = disk.open(path, "read", bounds);
  try {
    const isWhole = disk.read(fd, bytes, 0) === size;
    // After the bytes: what is written from here on is not among them.
    return isWhole && sameContent(disk.fstat(fd), { size, mtimeNs, inode }) ? size : null;
  } finally {
    disk.close(fd);
  }
}
