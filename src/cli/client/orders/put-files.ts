import { basename } from "node:path";
import { nameFault } from "../../../protocol/name.ts";
import { UsageError } from "../../flags/check-arguments.ts";

/** A file of this machine, and the name that it is to have in the cluster. `path` -: stdin. */
export interface FileToPut {
  readonly path: string;
  readonly name: string;
}

/**
 * Which files get which names: their own, without their folders; or `as`, for one file, and behind a slash at the end of
 * `as` for any number. Throws UsageError.
 */
export function filesToPut(paths: readonly string[], as: string | null): FileToPut[] {
  if (paths.length === 0) throw new UsageError("FILE is missing: give files of this machine, or - for stdin");
  const isFolder = as?.endsWith("/") ?? false;
  if (as !== null && !isFolder && paths.length > 1)
    throw new UsageError(
      `--as ${as}: that is the name of one file, and there are ${paths.length}; with / at its end it is a folder`,
    );
  const files = paths.map((path) => {
    if (path === "-" && (as === null || isFolder))
      throw new UsageError("what comes from stdin needs a name: --as NAME");
    if (as !== null && !isFolder) return { path, name: as };
    const own = basename(path);
    return { path, name: as === null ? own : `${as.replace(/\/+$/, "")}/${own}`.replace(/^\//, "") };
  });
  for (const { path, name } of files) {
    const fault = nameFault(name);
    if (fault !== null)
      throw new UsageError(
        `${path}: no file of the cluster can be called ${JSON.stringify(name)}: ${fault}; give --as NAME`,
      );
  }
  const names = files.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`two of the files would be called ${twice}`);
  return files;
}
