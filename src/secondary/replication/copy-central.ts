import type { FolderGuard } from "../folder/folder-guard.ts";
import type { CopyCentral } from "./ports.ts";

/** A failed copy is reported only while the shared folder is there: else the missing folder is the cause. */
export function copyCentral(link: CopyCentral, guard: Pick<FolderGuard, "checkPresent">): CopyCentral {
  return {
    async unfetched(name, id, obstacle) {
      if (await guard.checkPresent()) link.unfetched(name, id, obstacle);
    },
    retry: (names) => link.retry(names),
    watch: (name, id) => link.watch(name, id),
    unwatch: (name, id) => link.unwatch(name, id),
    accuse: (id, piece, number) => link.accuse(id, piece, number),
  };
}
