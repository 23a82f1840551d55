import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes } from "../../platform/units.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import { english, say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { FileIndex } from "../file-index.ts";
import type { KeptSelector, KeptStorage } from "./kept-storage.ts";

export interface RestoreDeps {
  readonly log: Log;
  readonly kept: KeptStorage;
  readonly index: FileIndex;
  readonly hashing: Pick<Hashing, "hash">;
}

/**
 * Puts the newest kept file of a name, or of one of its versions, back into the shared folder, where it counts as
 * put there by a user: as the newest version. Its bytes are verified first: a disk may have damaged them since, and as the
 * newest version they would take the place of sound ones everywhere. Rejects with a SentenceError that says why it cannot.
 */
export async function restore(deps: RestoreDeps, name: string, version: KeptSelector = {}): Promise<KeptFile> {
  const { log, kept, index } = deps;
  const file = kept.newest(name, version);
  if (!file) throw new SentenceError(notKept(name, kept.newest(name) !== null));
  if (index.get(name)?.id === file.id) throw new SentenceError(say("{name} is that version already", { name }));
  if (!(await kept.moveOut(file, (path) => putBack(deps, file, path)))) {
    const obstacle = await index.obstacleTo(name);
    throw new SentenceError(
      obstacle?.lasting
        ? say("{name} cannot be put back: {reason}", { name, reason: obstacle.reason })
        : say("{name} is being changed just now, so nothing was put back; try again in a moment", { name }),
    );
  }
  log.info("restored", `restored ${name} (${formatBytes(file.size)}), as the newest version`, {
    name,
    number: file.number,
    size: file.size,
  });
  return file;
}

async function putBack({ log, index, hashing }: RestoreDeps, file: KeptFile, path: string): Promise<boolean> {
  const { name, size, id } = file;
  const verified = await hashing.hash(path, size, "whole", "real").catch((error: unknown) => {
    if (error instanceof FileChanged) return null;
    throw error;
  });
  if (verified?.id === id) return index.restore(name, path, verified);
  const told = say("the kept file of {name} was damaged or changed since, so it is not put back, and stays: {path}", {
    ...{ name, path },
  });
  log.warn("kept-damaged", english(told), { name });
  throw new SentenceError(told);
}

function notKept(name: string, isOtherKept: boolean): Told {
  return isOtherKept
    ? say("only another version of {name} is kept here", { name })
    : say("nothing of {name} is kept here", { name });
}
