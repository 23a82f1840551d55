import { MAX_CHOSEN, type PickedFile } from "./chosen-files.ts";

/** Whether files are dragged, and not a link or a text. */
export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

/** The files that were dropped, and those in folders among them, at any depth. To be called while the browser tells of the drop. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  // After the first pause the browser does not show them any more.
  const items = Array.from(transfer.items, (item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: PickedFile[] = [];
  for (const { entry, file } of items) {
    if (entry) await collectFiles(entry, found);
    else if (file) found.push({ file, path: file.name });
  }
  return found;
}

async function collectFiles(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  // One more than is taken says that there are more.
  if (found.length > MAX_CHOSEN) return;
  if (isFile(entry)) {
    const file = await fileOf(entry);
    if (file) found.push({ file, path: entry.fullPath.replace(/^\//, "") });
  } else if (isFolder(entry)) {
    for (const inner of await entriesOf(entry)) await collectFiles(inner, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Null: it cannot be read, or is gone. */
function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

/** The browser gives a part at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
