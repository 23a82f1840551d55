import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { Told } from "../../sentences/sentence.ts";
import { pathUnder } from "../downloads/destination.ts";
import { firstAfter } from "../selection/name-range.ts";
import type { ComparedFile } from "./comparison.ts";

/** What a user wants compared: a file, or a folder with all that is in it here or in the cluster. */
export interface VerifyTarget {
  /** Its name in the cluster; "" is all of it. */
  readonly name: string;
  /** Where it is here, or would be. */
  readonly path: string;
}

/** What is to be compared, and the folders that could not be listed. */
export interface VerifySelection {
  readonly files: readonly ComparedFile[];
  readonly unlisted: readonly { readonly name: string; readonly path: string; readonly reason: Told }[];
}

type SelectionDisk = Pick<Disk, "list" | "stat">;

/**
 * The files that are meant, each once, in the order of their names. Of a folder: what the cluster has there, and what is
 * here and not hidden. Never rejects for what cannot be read.
 */
export async function selectFiles(
  disk: SelectionDisk,
  catalogue: readonly ListedFile[],
  wanted: readonly VerifyTarget[],
): Promise<VerifySelection> {
  const listedByName = new Map(catalogue.map((listed) => [listed.name, listed]));
  const inOrder = [...catalogue].sort((one, other) => (one.name < other.name ? -1 : 1));
  const files = new Map<string, ComparedFile>();
  const unlisted: VerifySelection["unlisted"][number][] = [];
  for (const { name, path } of wanted) {
    const there = await disk.stat(path).catch(() => null);
    const listed = listedByName.get(name) ?? null;
    // A file of that name is meant alone, however many there are in the cluster.
    const beneath = listed ? [] : filesBeneath(inOrder, name);
    if (listed || (there?.kind !== "folder" && beneath.length === 0)) {
      files.set(name, { name, path, listed });
      continue;
    }
    for (const file of beneath) {
      const rest = name === "" ? file.name : file.name.slice(name.length + 1);
      files.set(file.name, { name: file.name, path: pathUnder(path, rest), listed: file });
    }
    if (there?.kind !== "folder") continue;
    for await (const found of walk(disk, { name, path })) {
      if ("reason" in found) unlisted.push(found);
      else if (!files.has(found.name)) files.set(found.name, { ...found, listed: null });
    }
  }
  return { files: [...files.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), unlisted };
}

/** What is in a folder, at any depth; "": all. `files`: in the order of their names. */
function filesBeneath(files: readonly ListedFile[], folder: string): readonly ListedFile[] {
  if (folder === "") return files;
  const prefix = `${folder}/`;
  // No name ends with a slash, so what is in the folder comes right after this.
  const start = firstAfter(files, prefix);
  let end = start;
  while (files[end]?.name.startsWith(prefix)) end += 1;
  return files.slice(start, end);
}

type Walked = VerifyTarget | VerifySelection["unlisted"][number];

/** The files of a folder and of those in it. What is hidden is no file of a cluster; links to folders are not followed. */
async function* walk(disk: SelectionDisk, folder: VerifyTarget): AsyncGenerator<Walked> {
  let entries: Awaited<ReturnType<Disk["list"]>>;
  try {
    entries = await disk.list(folder.path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    if (error.failure !== "missing") yield { ...folder, reason: error.told };
    return;
  }
  for (const { name, kind } of entries) {
    if (name.startsWith(".")) continue;
    const one = { name: folder.name === "" ? name : `${folder.name}/${name}`, path: pathUnder(folder.path, name) };
    if (kind === "folder") yield* walk(disk, one);
    else if (kind === "file" || (await leadsToFile(disk, one.path))) yield one;
  }
}

async function leadsToFile(disk: SelectionDisk, path: string): Promise<boolean> {
  return (await disk.stat(path).catch(() => null))?.kind === "file";
}
