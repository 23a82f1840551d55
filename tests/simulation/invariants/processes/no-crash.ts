import type { Invariant } from "../invariant.ts";

/**
 * What ends a process together with the thread of its database: the program wants it so (`worker-policy.ts`), since what
 * was to be stored may be lost with the thread.
 */
const DATABASE_THREAD = "the thread of the database failed";

/** No process ends because of an error that nobody foresaw, whatever its disk, its network and its peers do. */
export const noCrash: Invariant = {
  name: "no process crashes",
  watch: ({ machines }, broken) => ({
    atEnd: () => {
      for (const { crashes } of machines) {
        for (const { process, at, error } of crashes) {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          if (!text.includes(DATABASE_THREAD)) broken(`${process} at ${Math.round(at)} ms: ${text}`);
        }
      }
    },
  }),
};
