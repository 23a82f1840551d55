import { idOfContent } from "../../cluster/people/content.ts";
import { type Entry, pathOf, type SimFile } from "../../world/disk/file-system/inodes.ts";
import type { MachineDisk } from "../../world/disk/machine/machine-disk.ts";

interface Versions {
  /** What shows of a file to who does not read it. */
  readonly state: string;
  /** When people gave it each content, by the id: simulated milliseconds. */
  readonly since: Map<string, number>;
}

/**
 * What people's files held before changes that nothing but reading them shows: on a file system that counts its times in
 * steps, a second change within one step leaves the same state.
 */
export class HiddenChanges {
  private readonly files = new Map<string, Versions>();

  constructor(disk: Pick<MachineDisk, "observe">, now: () => number) {
    const learn = (entry: Entry, file: SimFile) => {
      const path = pathOf(entry);
      const id = idOfContent(file.content);
      // A new file may have the number of one that was just deleted.
      const state = [file.number, file.content.size, file.mtimeNs, file.ctimeNs].join(" ");
      const known = this.files.get(path);
      if (known?.state === state) known.since.set(id, now());
      else this.files.set(path, { state, since: new Map([[id, now()]]) });
    };
    disk.observe({
      changed({ inode, entry }, { kind }) {
        if (kind === "user" && entry && inode.kind === "file") learn(entry, inode);
      },
      placed(entry, _from, { kind }) {
        if (kind === "user" && entry.inode.kind === "file") learn(entry, entry.inode);
      },
    });
  }

  /** Whether the file of a path held a content until somebody changed it after a time, which does not show. */
  had(path: string, id: string, from: number): boolean {
    const since = this.files.get(path)?.since;
    const own = since?.get(id);
    return since !== undefined && own !== undefined && [...since.values()].some((at) => at > from && at > own);
  }
}
