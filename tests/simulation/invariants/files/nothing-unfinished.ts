import { idOfContent } from "../../cluster/people/content.ts";
import type { Invariant } from "../invariant.ts";

/**
 * What a file has while somebody is writing over it becomes no version, where the disk tells that it is open for
 * writing: neither when the program finds the file open, nor when that happens while it is read.
 */
export const nothingUnfinished: Invariant = {
  name: "what is being written is no version",
  watch: ({ users }, broken) => ({
    afterEvent: () => {
      if (users.unfinished.size === 0) return;
      for (const { secondary, name, id, writer } of users.unfinished) {
        const { file } = writer;
        if (!file || !secondary.disk.features.leases || idOfContent(file.content) !== id) continue;
        if (!secondary.knowsAs(name, id)) continue;
        broken(`secondary ${secondary.number} records ${id.slice(0, 8)} of ${name}, which somebody is writing`);
      }
    },
  }),
};
