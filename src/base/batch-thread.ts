import type { PlacedFile, Placement, WholeFile } from "./batch-disk.ts";
import type { BlockingDisk, FileStat } from "./disk.ts";

export type Batch =
  | { readonly kind: "look"; readonly root: string; readonly names: readonly string[] }
  | { readonly kind: "place"; readonly root: string; readonly files: readonly Placement[] }
  | { readonly kind: "read"; readonly files: readonly WholeFile[] };

export interface BatchRequest {
  readonly number: number;
  readonly batch: Batch;
}

export type Answer = FileStat | PlacedFile | Uint8Array | null;

export interface BatchReply {
  readonly number: number;
  readonly answers: readonly Answer[];
}

/** Works through a batch, blocking. */
export function workThrough(disk: BlockingDisk, batch: Batch): Answer[] {
  switch (batch.kind) {
    case "look":
      return look(disk, batch.root, batch.names);
    case "place":
      return placeAll(disk, batch.root, batch.files);
    case "read":
      return batch.files.map((file) => plainly(() => read(disk, file)));
  }
}

/** The far end of the thread. */
export function serveBatches(
  post: (reply: BatchReply, transfer: ArrayBuffer[]) => void,
  disk: BlockingDisk,
): (request: BatchRequest) => void {
  return ({ number, batch }) => {
    const answers = workThrough(disk, batch);
    const buffers = answers.flatMap((answer) => (answer instanceof Uint8Array ? [answer.buffer as ArrayBuffer] : []));
    post({ number, answers }, buffers);
  };
}

/** Whoever asks goes the long way after a failure, and hears there what it was. */
function plainly<T>(work: () => T | null): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function look(disk: BlockingDisk, root: string, names: readonly string[]): (FileStat | null)[] {
  const real = new Map<string, boolean>();
  return names.map((name) =>
    plainly(() => {
      const folder = folderOf(root, name);
      const isReal = real.get(folder) ?? disk.realpath(folder) === folder;
      real.set(folder, isReal);
      const stat = isReal ? disk.lstat(`${root}/${name}`) : null;
      return stat?.kind === "file" ? stat : null;
    }),
  );
}

function placeAll(disk: BlockingDisk, root: string, files: readonly Placement[]): (PlacedFile | null)[] {
  // Those of one folder mostly come one after the other: checked once for each such run, which takes a moment.
  let real: string | null = null;
  return files.map((file) =>
    plainly(() => {
      const folder = folderOf(root, file.name);
      if (folder !== real) real = makeReal(disk, root, folder) ? folder : null;
      return real === null ? null : place(disk, root, file);
    }),
  );
}

function place(disk: BlockingDisk, root: string, { from, name, size }: Placement): PlacedFile | null {
  const before = disk.lstat(from);
  if (before?.kind !== "file" || before.size !== size) return null;
  const to = `${root}/${name}`;
  disk.renameNew(from, to);
  const after = plainly(() => disk.lstat(to));
  return { before, after: after?.kind === "file" ? after : null };
}

/** Whether a folder is there, and reached through real folders only; makes it when there is none. */
function makeReal(disk: BlockingDisk, root: string, folder: string): boolean {
  const real = disk.realpath(folder);
  if (real !== null) return real === folder;
  if (folder === root || !makeReal(disk, root, folder.slice(0, folder.lastIndexOf("/")))) return false;
  disk.makeFolder(folder);
  return disk.realpath(folder) === folder;
}

function read(disk: BlockingDisk, { path, size, mtimeNs, inode }: WholeFile): Uint8Array | null {
  const fd = disk.open(path, "read");
  try {
    const stat = disk.fstat(fd);
    if (stat.size !== size || stat.mtimeNs !== mtimeNs || stat.inode !== inode) return null;
    const bytes = new Uint8Array(size);
    return disk.read(fd, bytes, 0) === size ? bytes : null;
  } finally {
    disk.close(fd);
  }
}

function folderOf(root: string, name: string): string {
  const slash = name.lastIndexOf("/");
  return slash < 0 ? root : `${root}/${name.slice(0, slash)}`;
}
