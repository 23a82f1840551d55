import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { FileChanged, type HashedFile, type Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { type ContentState, sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError, type FileStat, sameFile } from "../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import { isWithin } from "../../platform/disk/names.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import type { Version } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { PartFile } from "../../transfer/sinks/part-file.ts";
import { type ByteOutput, PipeSink } from "../../transfer/sinks/pipe-sink.ts";
import type { OlderFile } from "../../transfer/sinks/reuse/older-file.ts";
import { reusing } from "../../transfer/sinks/reuse/reuse-sink.ts";
import { type Sink, SinkError } from "../../transfer/sinks/sink.ts";
import { requireOwnName } from "../../transfer/sinks/work-files/own-name.ts";
import {
  type Confinement,
  isWorkName,
  type WorkFiles,
  workFilesFor,
} from "../../transfer/sinks/work-files/work-files.ts";
import { discardWorkFiles } from "../../transfer/sinks/work-files/work-lock.ts";
import type { VerifiedFiles } from "./verified-files.ts";

/** Most symbolic links in a row that are followed: Linux follows as many. */
const MAX_SYMLINKS = 40;

/** How often a file may be another one after it was read than before, until it is given up. */
const MAX_CHANGES = 5;

/** Where a download goes: to a file, in order to an output such as stdout, or to whoever reads it while it comes. */
export type Destination =
  /** `folder`: that which the file must not leave through a link; without one, links are followed wherever they lead. */
  | { readonly kind: "file"; readonly path: string; readonly folder?: string }
  | { readonly kind: "pipe"; readonly output: ByteOutput }
  | { readonly kind: "readers"; open(wanted: SinkRequest): Promise<Sink> };

export interface DestinationDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly hasher: Hashing;
  /** Absent: every file that is there is read. */
  readonly verified?: VerifiedFiles;
}

/** The path of a file of the catalogue under a folder. */
export function pathUnder(folder: string, name: string): string {
  return join(folder, ...name.split("/"));
}

/** The destination of a file of the catalogue that is to be in a folder, under its own name. */
export function destinationIn(folder: string, name: string): Destination {
  return { kind: "file", path: pathUnder(folder, name), folder };
}

/** The destination as messages and results show it. */
export function destinationLabel(destination: Destination): string {
  return destination.kind === "file" ? destination.path : "-";
}

/** The file that is to be written. */
export interface SinkRequest {
  readonly name: string;
  readonly version: Version;
  /** The modification time of a finished file, in microseconds since 1970. */
  readonly modified: number;
  /** The SHA-256 of the whole file, where it is known. */
  readonly sha256?: string | null;
  /** Whether another file that is there may be replaced. */
  readonly force: boolean;
  /** What that was when it was read a moment ago, so that it is not read again to know that it is another. */
  readonly read?: ReadFile | null | undefined;
}

/** A file that was read, and is still as it was then while its state is. */
export interface ReadFile {
  readonly state: ContentState;
  /** The hashes of its pieces, 32 bytes for each, cut as those of the version that is wanted. */
  readonly hashes: Uint8Array;
}

/**
 * The sink for a version, or "present" when the finished file is there already. What an older file has of it, which is to
 * be replaced, is not fetched. Throws SinkError when something else is there and `force` is not given, or DiskError.
 */
export async function openSink(
  deps: DestinationDeps,
  destination: Destination,
  wanted: SinkRequest,
): Promise<Sink | "present"> {
  const { version, force } = wanted;
  if (destination.kind === "pipe") return PipeSink.prepare(deps.disk, deps.random, version, destination.output);
  if (destination.kind === "readers") return destination.open(wanted);
  for (let changes = 0; ; ) {
    const seenAt = deps.clock.wall();
    const place = await placeOf(deps, destination);
    const { path, there, files } = place;
    let older: OlderFile | null = null;
    if (there) {
      const found = await readThere(deps, { ...place, there, seenAt }, wanted).catch(changedMeanwhile);
      if (found === "present") return "present";
      // Whoever has taken away meanwhile what is in the way need not be told of it.
      if (found === "changed" || (!force && (await isGone(deps.disk, path)))) {
        changes += 1;
        if (changes < MAX_CHANGES) continue;
        throw new SinkError(
          say("{path} is changed again and again while it is read: try again when nobody writes to it", { path }),
        );
      }
      await requireOwnName(deps.disk, files);
      const read = found && { cutAs: version.size, hashes: found.hashes };
      older = { path, reach: files.reach, size: there.size, read };
      if (!force)
        throw new SinkError(say("{path} exists with other content: move it, or replace it with get --force", { path }));
    }
    const published = (state: FileStat, seenAt: number) => deps.verified?.add(path, state, version.id, seenAt);
    const part = await PartFile.prepare({ ...deps, ...wanted, files, direct: true, published });
    // What another process finishes has its name before the lock is released.
    const hasCome = there === null && (await deps.disk.lstat(path).catch(() => null)) !== null;
    if (!part.waited && !hasCome) return reusing(deps, part, version, older);
    // Another process was writing and may have finished the file. It is checked again, without holding the lock.
    await part.abandon();
  }
}

/** Where the disk does not say, nothing is known to be gone. */
async function isGone(disk: Pick<Disk, "lstat">, path: string): Promise<boolean> {
  return (await disk.lstat(path).catch(() => undefined)) === null;
}

/** What was there is gone, or has another length, since it was looked at. */
function changedMeanwhile(error: unknown): "changed" {
  if (error instanceof FileChanged || (error instanceof DiskError && error.failure === "missing")) return "changed";
  throw error;
}

/** The hashes of the file that is there; null where the disk does not give it, and it may be replaced whatever it is. */
async function readOlder(hasher: Hashing, path: string, size: number, force: boolean): Promise<HashedFile | null> {
  try {
    return await hasher.hash(path, size);
  } catch (error) {
    const isUnreadable = error instanceof DiskError && (error.failure === "other" || error.failure === "denied");
    if (force && isUnreadable) return null;
    throw error;
  }
}

/** What is at a destination: nothing, the version, a file that may be it, or another one. */
export type Found = "nothing" | "present" | "same size" | "other";

/** What is at a destination, as far as that can be told without reading a file. Throws SinkError as {@link openSink} does, or DiskError. */
export async function checkDestination(
  deps: DestinationDeps,
  destination: Extract<Destination, { kind: "file" }>,
  version: Version,
): Promise<Found> {
  const { path, there } = await placeOf(deps, destination);
  if (!there) return "nothing";
  if (there.size !== version.size) return "other";
  return deps.verified?.has(path, there, version.id) ? "present" : "same size";
}

/** Where a file is to be. */
interface DestinationPlace {
  /** Behind links. */
  readonly path: string;
  readonly files: WorkFiles;
  /** The file that is there; null: none. */
  readonly there: FileStat | null;
}

/** Throws SinkError when a file cannot be there, or DiskError. */
async function placeOf(
  deps: DestinationDeps,
  destination: Extract<Destination, { kind: "file" }>,
): Promise<DestinationPlace> {
  const confinement = destination.folder === undefined ? null : await confinementTo(deps.disk, destination.folder);
  const { path, there } = await resolveSymlinks(deps.disk, destination.path);
  if (confinement) await requireWithin(deps.disk, destination.path, path, confinement);
  return { path, there, files: workFilesFor(path, confinement) };
}

/**
 * Whether the file that is there has the content of a version. If so, it survives a power loss, and its work files are gone;
 * else its hashes, where it was read and could be. `changed`: it had, and somebody has changed it since it was read. `seenAt`: a
 * wall time not after what is there was looked at.
 */
async function readThere(
  deps: DestinationDeps,
  { path, there, files, seenAt }: DestinationPlace & { readonly there: FileStat; readonly seenAt: number },
  { version, force, read: before = null }: SinkRequest,
): Promise<"present" | "changed" | Pick<HashedFile, "hashes"> | null> {
  const { disk, hasher, verified } = deps;
  if (force && before && sameContent(before.state, there)) return before;
  if (there.size !== version.size) return null;
  // Who wants it by force doubts what is there.
  const remembered = !force && verified?.has(path, there, version.id) === true;
  if (!remembered) {
    const read = await readOlder(hasher, path, version.size, force);
    if (read?.id !== version.id) return read;
  }
  await discardWorkFiles(deps, files);
  if (remembered) return "present";
  await makeDurable(disk, path);
  const now = await disk.lstat(path);
  // Where times have steps of seconds, its length may be all that shows.
  if (!now || !isUnchanged(now, there)) return "changed";
  verified?.add(path, there, version.id, seenAt);
  return "present";
}

function isUnchanged(now: FileStat, before: FileStat): boolean {
  return sameFile(now, before) && sameContent(now, before) && now.ctimeNs === before.ctimeNs;
}

/**
 * Has a finished file survive a power loss: the process that put it there may have been killed before it saw to that. Throws
 * DiskError.
 */
async function makeDurable(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(path, "read");
  try {
    await disk.sync(file);
  } finally {
    await disk.close(file);
  }
  await makeDurableFolder(disk, dirname(path));
  await disk.syncFolder(dirname(path)).catch((error: unknown) => {
    // Who may not read a folder cannot sync it.
    if (!(error instanceof DiskError && error.failure === "denied")) throw error;
  });
}

/**
 * Follows symbolic links; gives the path at their end and what is there. So two names of one file are one download, and a
 * link stays a link. Throws SinkError when a file cannot be there.
 */
async function resolveSymlinks(
  disk: Disk,
  given: string,
): Promise<{ readonly path: string; readonly there: FileStat | null }> {
  let path = given;
  for (let links = 0; links <= MAX_SYMLINKS; links++) {
    if (isWorkName(path))
      throw new SinkError(say("{path} has the name of a work file of redes: give another", { path }));
    const there = await disk.lstat(path);
    const what = path === given ? path : say("{given} leads to {path}, which", { given, path });
    if (there?.kind === "folder") throw new SinkError(say("{what} is a folder: give the path of a file", { what }));
    if (there?.kind === "other")
      throw new SinkError(say("{what} is no regular file: give the path of a file", { what }));
    if (there?.kind !== "link") return { path, there };
    const target = await disk.readLink(path);
    // Not normalized: after a link to a folder, `..` is not the folder before it in the path.
    path = isAbsolute(target) ? target : `${dirname(path)}/${target}`;
  }
  throw new SinkError(say("{given} is a link that leads nowhere: give the path of a file", { given }));
}

async function confinementTo(disk: Disk, folder: string): Promise<Confinement> {
  // As paths under it begin.
  const base = dirname(pathUnder(folder, "name"));
  return { base, bounds: { folder: await realFolder(disk, base), except: null } };
}

/** `path`: where what `given` says is, behind links in its own place. Throws SinkError when that is not in the folder. */
async function requireWithin(disk: Disk, given: string, path: string, { base, bounds }: Confinement): Promise<void> {
  const real = `${await realFolder(disk, dirname(path))}/${basename(path)}`;
  if (isWithin(real, bounds)) return;
  throw new SinkError(
    say(
      "{given} leads to {real}, by a link out of the folder {base}, where downloads go: remove the link, or give a path with --output",
      { given, real, base },
    ),
  );
}

/** The real path of a folder, or the one that it will have when it is made. */
async function realFolder(disk: Disk, folder: string): Promise<string> {
  const real = await disk.realpath(folder);
  if (real !== null) return real;
  const above = dirname(folder);
  return above === folder ? resolve(folder) : join(await realFolder(disk, above), basename(folder));
}
