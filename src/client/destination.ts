import { join } from "node:path";
import type { Disk } from "../base/disk.ts";
import type { Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import type { Version } from "../protocol/version.ts";
import type { Hashing } from "../transfer/hashing.ts";
import { PartFile } from "../transfer/part-file.ts";
import { type ByteOutput, PipeSink } from "../transfer/pipe-sink.ts";
import { type Sink, SinkError } from "../transfer/sink.ts";

/** Where a download goes: a file, or a reader who wants the bytes in order. */
export type Destination =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "pipe"; readonly output: ByteOutput };

export interface DestinationDeps {
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
  readonly hasher: Hashing;
}

/** The path of a file of the catalogue under a folder. */
export function pathUnder(folder: string, name: string): string {
  return join(folder, ...name.split("/"));
}

/** How a destination is called in messages and results. */
export function describe(destination: Destination): string {
  return destination.kind === "file" ? destination.path : "-";
}

/**
 * The sink for a version, or "present" when the finished file is there already. Throws SinkError when something else is
 * there and `force` is not given, or DiskError.
 */
export async function openSink(
  deps: DestinationDeps,
  destination: Destination,
  name: string,
  version: Version,
  force: boolean,
): Promise<Sink | "present"> {
  if (destination.kind === "pipe") return PipeSink.prepare(deps.disk, deps.random, version, destination.output);
  const { path } = destination;
  const there = await deps.disk.stat(path);
  if (there?.kind === "folder") throw new SinkError(`${path} is a folder: give the path of a file`);
  if (there?.kind === "file") {
    if (there.size === version.size && (await deps.hasher.hash(path, version.size)).id === version.id) return "present";
    if (!force) throw new SinkError(`${path} exists with other content: move it, or replace it with get --force`);
  }
  return PartFile.prepare({ ...deps, path, part: `${path}.part`, name, version, force, direct: true });
}
