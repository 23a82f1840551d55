import pMap from "p-map";
import type { Disk, FileStat, FolderEntry } from "../../../platform/disk/disk.ts";
import { nameFault } from "../../../protocol/name.ts";
import { isPartialName } from "../../../protocol/names/partial-names.ts";
import { say, type Told } from "../../../sentences/sentence.ts";

/** Files of a folder whose metadata is read at once. */
const STATS_AT_ONCE = 16;

/** What somebody wants to put: a file or a folder of this machine, how results call it, and the name that it is to have. */
export interface PutSource {
  readonly path: string;
  readonly label: string;
  readonly name: string;
}

/** A file of this machine that is to be put. */
export interface LocalFile extends PutSource {
  /** Its metadata; null: it is not there, or the disk does not say. */
  readonly stat: FileStat | null;
}

export interface LocalFiles {
  /** In the order of their names, folder by folder. */
  readonly files: readonly LocalFile[];
  /** Names of folders that were looked through: those under which their files are to be. */
  readonly folders: readonly string[];
  /** What of these folders is not put, and why. */
  readonly left: readonly { readonly label: string; readonly why: Told }[];
}

const KINDS = { link: say("a symbolic link"), other: say("no regular file") } as const;

/**
 * The files that are meant: a folder means all in it at any depth, but for what is hidden there, as in the folder of a
 * secondary. What is not there is among the files: putting it tells why. Rejects with DiskError where a folder cannot be read.
 */
export async function localFiles(
  disk: Pick<Disk, "stat" | "lstat" | "list">,
  sources: readonly PutSource[],
): Promise<LocalFiles> {
  const [files, folders, left]: [LocalFile[], string[], { label: string; why: Told }[]] = [[], [], []];
  const addFolder = async (folder: PutSource): Promise<void> => {
    const entries = (await disk.list(folder.path)).filter(({ name }) => !name.startsWith("."));
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    const within = (entry: FolderEntry): PutSource => ({
      path: `${folder.path}/${entry.name}`,
      label: `${folder.label}/${entry.name}`,
      name: `${folder.name}/${entry.name}`,
    });
    const fitting = entries.filter((entry) => {
      const why = reasonAgainst(entry, within(entry).name);
      if (why !== null) left.push({ label: within(entry).label, why });
      return why === null;
    });
    const own = fitting.filter(({ kind }) => kind === "file").map(within);
    const withStat = async (file: PutSource) => ({ ...file, stat: await disk.lstat(file.path).catch(() => null) });
    files.push(...(await pMap(own, withStat, { concurrency: STATS_AT_ONCE })));
    for (const entry of fitting) if (entry.kind === "folder") await addFolder(within(entry));
  };
  for (const source of sources) {
    const stat = await disk.stat(source.path).catch(() => null);
    if (stat?.kind !== "folder") {
      files.push({ ...source, stat });
      continue;
    }
    folders.push(source.name);
    const bare = (text: string) => text.replace(/(?<=.)\/+$/, "");
    await addFolder({ ...source, path: bare(source.path), label: bare(source.label) });
  }
  return { files, folders, left };
}

/** Why something in a folder is not put; null where it is. */
function reasonAgainst({ kind, utf8, name: own }: FolderEntry, name: string): Told | null {
  if (!utf8) return say("its name is not valid UTF-8");
  if (kind === "link" || kind === "other") return say("it is {what}", { what: KINDS[kind] });
  if (kind === "file" && isPartialName(own))
    return say("it is named like a file that another program has not finished");
  const fault = nameFault(name);
  return fault === null ? null : say("no file of the cluster can be called so: {fault}", { fault });
}
