import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import { SPOOL_FOLDER } from "../../cluster/servers/central-uploads.ts";
import type { Invariant } from "../invariant.ts";

/** How the files are called in which streams are kept until they have no name. */
const SPOOLED = /^\.redes-(put|upload)-/;

/**
 * What came by stdin, or over HTTP, is kept without a name until a secondary has it: nothing of it is left, however the
 * process ends that has taken it.
 */
export const nothingLeftOfStreams: Invariant = {
  name: "nothing is left of what came as a stream",
  watch: ({ central, clients, happened }, broken) => ({
    atEnd: () => {
      // A name that was taken away is back after a power loss, and a disk may refuse to take it away.
      if (happened.some(({ kind, params }) => /power|disk/.test(kind + JSON.stringify(params)))) return;
      const places = clients.map(({ machine }) => [machine, CLIENT_FOLDER] as const);
      for (const [{ host, disk }, folder] of [[central.machine, SPOOL_FOLDER] as const, ...places]) {
        const found = disk.user.isFolder(folder) ? disk.user.list(folder) : [];
        // Whoever is killed before it has no name has written nothing to it.
        const left = found.find(({ path }) => SPOOLED.test(path) && (disk.user.size(`${folder}/${path}`) ?? 0) > 0);
        if (left) broken(`${host} has ${left.path} left`);
      }
    },
  }),
};
