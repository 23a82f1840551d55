import { basename } from "node:path";
import { nameFault } from "../../../protocol/name.ts";
import { say } from "../../../sentences/sentence.ts";
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
  if (paths.length === 0) throw new UsageError(say("FILE is missing: give files of this machine, or - for stdin"));
  const isFolder = as?.endsWith("/") ?? false;
  if (as !== null && !isFolder && paths.length > 1)
    throw new UsageError(
      say("--as {as}: that is the name of one file, and there are {count}; with / at its end it is a folder", {
        as,
        count: paths.length,
      }),
    );
  const files = paths.map((path) => {
    if (path === "-" && (as === null || isFolder))
      throw new UsageError(say("what comes from stdin needs a name: --as NAME"));
    if (as !== null && !isFolder) return { path, name: as };
    const own = basename(path);
    return { path, name: as === null ? own : `${as.replace(/\/+$/, "")}/${own}`.replace(/^\//, "") };
  });
  for (const { path, name } of files) {
    const fault = nameFault(name);
    if (fault !== null)
      throw new UsageError(
        say("{path}: no file of the cluster can be called {name}: {fault}; give --as NAME", {
          path,
          name: JSON.stringify(name),
          fault,
        }),
      );
  }
  const names = files.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(say("two of the files would be called {twice}", { twice }));
  return files;
}
