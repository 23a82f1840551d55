import type { Log } from "../../base/log.ts";
import { formatBytes } from "../../base/units.ts";
import type { Library } from "../library/library.ts";
import type { Kept } from "./kept.ts";
import type { KeptFile } from "./kept-index.ts";

export interface RestoreDeps {
  readonly log: Log;
  readonly kept: Kept;
  readonly library: Library;
}

/**
 * Puts the newest kept file of a name, or the version with this number, back into the shared folder, where it counts as
 * put there by a user: as the newest version. Rejects with an Error that says why it cannot.
 */
export async function restore(
  { log, kept, library }: RestoreDeps,
  name: string,
  number: number | null,
): Promise<KeptFile> {
  const file = kept.newest(name, number);
  if (!file) {
    const what = number === null || !kept.newest(name, null) ? `nothing of ${name}` : `no version ${number} of ${name}`;
    throw new Error(`${what} is kept here; kept lists what is`);
  }
  if (library.get(name)?.id === file.id) throw new Error(`${name} is that version already`);
  if (!(await kept.giveBack(file, (path) => library.restore(name, path)))) {
    throw new Error(`${name} is being changed just now, so nothing was put back; try again in a moment`);
  }
  log.info("restored", `restored ${name} (${formatBytes(file.size)}), as the newest version`, {
    name,
    number: file.number,
    size: file.size,
  });
  return file;
}
