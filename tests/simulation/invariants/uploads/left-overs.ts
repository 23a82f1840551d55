import { STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import { UPLOAD_PART } from "../../cluster/people/shared-paths.ts";
import type { SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import type { Invariant } from "../invariant.ts";

/** In the end what is left of uploads is of such as did not end well: what has its name leaves nothing behind. */
export const nothingLeftOfUploads: Invariant = {
  name: "nothing is left of a put that is done",
  watch: ({ uploads, secondaries, happened }, broken) => ({
    atEnd: () => {
      // Whoever dies in the middle, or cannot delete, may leave something for another try.
      if (happened.some(({ fault }) => fault)) return;
      const unfinished = new Set(
        uploads.all.flatMap(({ state, finished }) => (state === "done" ? [] : [finished?.result.id])),
      );
      if (unfinished.has(undefined) || unfinished.has(null)) return;
      for (const secondary of secondaries) {
        for (const id of partsAt(secondary)) {
          if (!unfinished.has(id)) broken(`secondary ${secondary.number} has a part of ${id.slice(0, 8)} left`);
        }
      }
    },
  }),
};

/** The ids of what clients have sent in part. */
function partsAt({ machine }: SimSecondary): string[] {
  const { user } = machine.disk;
  const folder = `${SHARED_FOLDER}/${STAGING_FOLDER}`;
  const paths = user.isFolder(folder) ? user.list(folder).map(({ path }) => path) : [];
  return paths
    .filter((path) => UPLOAD_PART.test(path))
    .map((path) => path.slice(-".part".length - 64, -".part".length));
}
