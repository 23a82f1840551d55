import type { Entry } from "../../world/disk/file-system/inodes.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import { idOfContent } from "./content.ts";
import { classify, isUploadPart, sharedPath } from "./shared-paths.ts";
import type { Users } from "./users.ts";

/**
 * Files that the program puts under a name as a person would: kept ones that somebody has had put back, and those that
 * clients have sent. Each is recorded when it gets its name, as an edit of what it takes the place of then: the command may
 * wait for long on its way, and its answer may be lost.
 */
export class Arrivals {
  /** Kept files that were asked for: names and ids. */
  private readonly wanted = new Set<string>();

  constructor(
    secondaries: readonly SimSecondary[],
    private readonly users: Users,
  ) {
    for (const secondary of secondaries) this.observe(secondary);
  }

  /** Somebody asks for this kept version. */
  ask(name: string, id: string): void {
    this.wanted.add(keyOf(name, id));
  }

  private observe(secondary: SimSecondary): void {
    /** Ids of what is being replaced, by the names. */
    const before = new Map<string, string>();
    /** Names that files of clients have got, until the secondary says so. */
    const sent = new Set<string>();
    secondary.onSent = (name) => {
      const id = this.users.filesOf(secondary).idOf(name);
      // Nothing has got the name: a file of the same content had it.
      if (!sent.delete(name) && id !== null) this.users.versions.putAgain(name, id);
    };
    secondary.machine.disk.observe({
      taken: (entry, _actor, cause) => {
        const path = sharedPath(entry);
        const id = idOfFile(entry);
        if (path?.kind === "shared" && id !== null && cause === "replaced") before.set(path.name, id);
      },
      placed: (entry, from, actor) => {
        const [to, source] = [sharedPath(entry), from === null ? null : classify(from)];
        const id = idOfFile(entry);
        if (to === null || id === null) return;
        // Where there are no hard links the old file is moved away first.
        if (to.kind === "kept") {
          if (source?.kind === "shared" && to.label.includes("replaced")) before.set(to.name, id);
          return;
        }
        if (actor.kind === "process") {
          const isRestored = source?.kind === "kept" && this.wanted.has(keyOf(to.name, id));
          const isSent = from !== null && isUploadPart(from);
          if (isSent) sent.add(to.name);
          if (isRestored || isSent) this.users.versions.put(secondary, to.name, id, before.get(to.name) ?? null);
          this.users.versions.filled(secondary, to.name);
        }
        before.delete(to.name);
      },
    });
  }
}

function idOfFile({ inode }: Entry): string | null {
  return inode.kind === "file" ? idOfContent(inode.content) : null;
}

function keyOf(name: string, id: string): string {
  return `${name}\n${id}`;
}
