import { nameOfTwo, putName } from "../../../client/uploads/batch/put-name.ts";
import { nameFault } from "../../../protocol/name.ts";
import { say } from "../../../sentences/sentence.ts";
import { UsageError } from "../../flags/check-arguments.ts";

/** A file or folder of this machine, and the name that it is to have in the cluster. `path` -: stdin. */
export interface FileToPut {
  readonly path: string;
  readonly name: string;
}

/**
 * Which files and folders get which names: their own, without the folders that they are in; or `as`, for one of them, and
 * behind a slash at the end of `as` for any number. Throws UsageError.
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
    return { path, name: putName(path, as) };
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
  checkNames(files);
  return files;
}

/** Throws UsageError where two files would have one name. */
export function checkNames(files: readonly { readonly name: string }[]): void {
  const twice = nameOfTwo(files);
  if (twice !== null) throw new UsageError(say("two of the files would be called {twice}", { twice }));
}
