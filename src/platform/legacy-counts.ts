import { readFile, rename, unlink, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { toDiskError } from "./disk/disk-errors.ts";

/** How often something happened, by name. A map: a name may be `__proto__`, which no plain object takes. */
export type LegacyCounts = ReadonlyMap<string, number>;

/** The statistics of a central. */
export interface LegacyCentralCounts {
  readonly clientes: LegacyCounts;
  readonly videos: LegacyCounts;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counts = v.pipe(
  v.custom<object>((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  v.transform((value) => Object.entries(value)),
  v.array(v.tuple([v.string(), count])),
  v.transform((entries): LegacyCounts => new Map(entries)),
);

/** A statistics file of the old shape of a central. */
const centralFile = v.object({ clientes: counts, videos: counts });

export class LegacyFileError extends SentenceError {}

/** The old statistics file of a secondary at `path`; null where there is none. Throws {@link LegacyFileError}. */
export function readLegacyCounts(path: string): Promise<LegacyCounts | null> {
  return read(path, counts);
}

/** The old statistics file of a central at `path`; null where there is none. Throws {@link LegacyFileError}. */
export function readLegacyCentralCounts(path: string): Promise<LegacyCentralCounts | null> {
  return read(path, centralFile);
}

/** Writes a statistics file: whole or not at all. Throws {@link LegacyFileError}. */
export async function writeLegacyCounts(path: string, value: LegacyCounts | LegacyCentralCounts): Promise<void> {
  const newFile = `${path}.new`;
  const plain =
    "videos" in value ? { clientes: toPlain(value.clientes), videos: toPlain(value.videos) } : toPlain(value);
  try {
    // Before the rename, or a power loss could leave the name with nothing behind it.
    await writeFile(newFile, `${JSON.stringify(plain, null, 2)}\n`, { flush: true });
    await rename(newFile, path);
  } catch (error) {
    await unlink(newFile).catch(() => {});
    throw new LegacyFileError(
      say("{reason}; they are safe in the database", { reason: toDiskError("write the statistics", path, error).told }),
    );
  }
}

/** For JSON. Every name is a property of its own, whatever it is called. */
export function toPlain(value: LegacyCounts): Record<string, number> {
  return Object.fromEntries(value);
}

async function read<T extends v.GenericSchema>(path: string, schema: T): Promise<v.InferOutput<T> | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new LegacyFileError(
      say("{reason}: correct that or move it away", { reason: toDiskError("read the statistics", path, error).told }),
    );
  }
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new LegacyFileError(say("{path} holds no statistics of redes: correct it or move it away", { path }));
  }
}
