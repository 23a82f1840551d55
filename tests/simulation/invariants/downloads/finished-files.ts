import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import type { Download } from "../../cluster/clients/downloads.ts";
import { idOfContent } from "../../cluster/people/content.ts";
import { pathOf } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";
import { PeoplesFiles } from "../peoples-files.ts";
import { EndedDownloads } from "./ended-downloads.ts";
import { HiddenChanges } from "./hidden-changes.ts";

/**
 * A file that a download has finished is right to the byte, and of one version: when it gets its name, when the client says
 * that it is done, and in the end, after whatever power losses.
 */
export const finishedFiles: Invariant = {
  name: "finished files are right",
  watch({ clients, users, downloads, sim }, broken) {
    /** What downloads have put under each path, by machine and path. */
    const published = new Map<string, Set<string>>();
    /** What must be there until somebody touches it. */
    const finished = new Map<string, string>();
    const endings = new EndedDownloads(downloads);
    const hidden = new Map(
      clients.map(({ machine: { host, disk } }) => [host, new HiddenChanges(disk, () => sim.now)]),
    );

    for (const { machine } of clients) {
      const touched = new PeoplesFiles(machine.disk);
      machine.disk.observe({
        contentLost({ entry, actor }) {
          if (actor.kind === "user" && entry) finished.delete(`${machine.host} ${pathOf(entry)}`);
        },
        changed({ entry }, actor) {
          if (actor.kind === "user" && entry) finished.delete(`${machine.host} ${pathOf(entry)}`);
        },
        placed(entry, _from, actor) {
          const path = pathOf(entry);
          if (entry.inode.kind !== "file" || !path.startsWith(`${CLIENT_FOLDER}/`) || path.includes("/.")) return;
          const key = `${machine.host} ${path}`;
          finished.delete(key);
          if (actor.kind !== "process") return;
          const id = idOfContent(entry.inode.content);
          published.set(key, (published.get(key) ?? new Set()).add(id));
          // Who writes to it in the very last moment cannot be kept from that: but it must not count as done.
          if (!users.contents.known.has(id) && !touched.has(entry.inode))
            broken(`${key} gets a content ${id.slice(0, 8)} that nobody made`);
        },
      });
    }

    /** Whether it was there already, and what somebody has done to it meanwhile could not be seen. */
    const wasThere = ({ client, path, held, startedAt }: Download, id: string) =>
      path !== null && held !== null && hidden.get(client)?.had(path, id, startedAt) === true;
    const judge = (download: Download) => {
      const { finished: end, held, path, number, client, name } = download;
      const id = end?.result.id ?? "";
      const what = `download ${number} of ${name}`;
      if (!users.contents.known.has(id)) broken(`${what} is done with version ${id.slice(0, 8)}, which nobody made`);
      const key = `${client} ${path}`;
      const got = path === null ? held?.id === id : held?.id === id || published.get(key)?.has(id);
      if (!got && !wasThere(download, id))
        broken(`${what} is done with version ${id.slice(0, 8)} and got ${held?.id.slice(0, 8) ?? "nothing"}`);
      if (path !== null && held?.id === id) finished.set(key, id);
    };
    return {
      afterEvent: () => {
        for (const download of endings.take()) if (download.state === "done") judge(download);
      },
      atEnd: () => {
        for (const { machine } of clients) {
          for (const [key, id] of finished) {
            if (!key.startsWith(`${machine.host} `)) continue;
            const file = machine.disk.user.file(key.slice(machine.host.length + 1));
            if (file && idOfContent(file.content) === id) continue;
            broken(
              `${key}, which was finished as ${id.slice(0, 8)}, is ${file ? "another content" : "not there"} in the end`,
            );
          }
        }
      },
    };
  },
};
