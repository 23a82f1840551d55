import type { Upload } from "../../cluster/clients/uploads/upload.ts";
import { idOfContent } from "../../cluster/people/content.ts";
import { isUploadPart, sharedPath } from "../../cluster/people/shared-paths.ts";
import { flipAtRest } from "../../scenario/faults/disks/flip-at-rest.ts";
import { flipReads } from "../../scenario/faults/disks/flip-reads.ts";
import type { Inode } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";

/** A file that has come from a client and got its name. */
interface Published {
  readonly secondary: number;
  readonly name: string;
  readonly id: string;
  readonly file: Inode;
  /** Whether nobody has written to the file since, and it has its name still. */
  isAsItWas: boolean;
  /** Whether a client was told. */
  isTold: boolean;
}

/**
 * What a client is told to be in the cluster is there: the secondary has given just that content the name, whole, and no
 * power loss takes it away. It has taken the place of nothing but the version that it was to replace.
 */
export const publishedIsThere: Invariant = {
  name: "what was put is there",
  watch(cluster, broken) {
    const { uploads, users, secondaries, sim, happened } = cluster;
    const published: Published[] = [];
    const of = (file: Inode) => published.findLast((one) => one.file === file);
    /** Whether the program may know a file that is there, with the content `there`, as the version `base`. */
    const isNamedBy = (there: string, base: string) => {
      // Of a file that was read wrongly it tells an id that no file ever had.
      const isMisread = !users.contents.known.has(base) && happened.some(({ kind }) => kind === flipReads.name);
      // A bit that has flipped at rest makes no other version of it, whether the program has noticed that or not.
      return isMisread || users.versions.isDamageOf(there, base);
    };
    const touched = (file: Inode) => {
      const one = of(file);
      if (one) one.isAsItWas = false;
    };
    for (const { number: secondary, machine } of secondaries) {
      /** What the program has taken from names just now, to make room for what comes. */
      const before = new Map<string, { readonly id: string; readonly at: number }>();
      machine.disk.observe({
        placed(entry, from, actor) {
          const to = sharedPath(entry);
          const { inode } = entry;
          if (inode.kind !== "file" || to === null || actor.kind !== "process") return;
          const id = idOfContent(inode.content);
          if (to.kind === "kept") {
            if (to.label.includes("replaced")) before.set(to.name, { id, at: sim.now });
            return;
          }
          const old = before.get(to.name)?.id ?? null;
          before.delete(to.name);
          if (from === null || !isUploadPart(from)) return;
          published.push({ secondary, name: to.name, id, file: inode, isAsItWas: true, isTold: false });
          if (old !== null && !uploads.all.some(({ name, base }) => name === to.name && !!base && isNamedBy(old, base)))
            broken(`secondary ${secondary} replaces ${old.slice(0, 8)} of ${to.name}, which no put was to replace`);
        },
        taken: (entry) => touched(entry.inode),
        changed: ({ inode }, actor) => {
          if (actor.kind === "user") touched(inode);
        },
        contentLost({ file, actor, entry }) {
          const one = of(file);
          if (actor.kind !== "power" || !one?.isTold || !one.isAsItWas || sharedPath(entry)?.kind !== "shared") return;
          broken(`secondary ${secondary} loses ${one.id.slice(0, 8)} of ${one.name} with its power, which was put`);
        },
      });
    }
    const told = ({ number, finished, name, by, streamed }: Upload) => {
      const { as = name, id, secondary } = finished?.result ?? {};
      const isMisread = happened.some(({ kind }) => kind === flipReads.name || kind === flipAtRest.name);
      if (streamed !== null && id !== streamed && !isMisread)
        return broken(`upload ${number} of ${name} is done with ${id?.slice(0, 8)}, and ${streamed.slice(0, 8)} came`);
      // Who puts over HTTP does not hear which secondary has it.
      const isAt = (each: Published) => by === "HTTP" || each.secondary === secondary;
      const one = published.findLast((each) => each.name === as && each.id === id && isAt(each));
      if (one) one.isTold = true;
      else if ([as, name].every((one) => users.versions.edits.of(one, id ?? "").length === 0))
        broken(`upload ${number} of ${name} is done as ${as}, and no secondary had ${id?.slice(0, 8)} there`);
    };
    const open = new Set<Upload>();
    let seen = 0;
    return {
      afterEvent: () => {
        for (; seen < uploads.all.length; seen++) open.add(uploads.all[seen] as Upload);
        if (open.size === 0) return;
        for (const upload of open) {
          if (upload.state === "running") continue;
          open.delete(upload);
          if (upload.state === "done") told(upload);
        }
      },
    };
  },
};
