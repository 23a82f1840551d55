import { createHash } from "node:crypto";
import { pieceSize } from "../../../../src/protocol/versions/version.ts";
import { digestsOf } from "../../../support/digests.ts";
import { idOf } from "../../cluster/people/content.ts";
import type { Invariant } from "../invariant.ts";

/**
 * A secondary that makes digests has those of every file in the end, but for what it could not read; they are those of
 * the file's bytes, and the central gives out no others, nor any for torrents.
 */
export const digestsAreTrue: Invariant = {
  name: "digests are of the bytes",
  watch: ({ secondaries, users, central, torrents }, broken) => ({
    atEnd: () => {
      for (const { id, of, pieces } of torrents.given) {
        const bytes = users.contents.known.get(id)?.bytes;
        // What nobody made was read wrongly, and is read so no more.
        if (bytes && !Buffer.from(digestsOf(bytes, pieceSize(bytes.length))[of]).equals(pieces))
          broken(`somebody was given a torrent of ${id.slice(0, 8)} whose ${of} is not of its bytes`);
      }
      for (const secondary of secondaries) {
        const { role } = secondary.server;
        if (!secondary.options.digests || !role || role.missing !== null) continue;
        const without = new Set<string>();
        for (const { name, id, sha256 } of role.index.files()) {
          if (sha256 === null) without.add(id);
          const bytes = users.filesOf(secondary).read(name);
          if (sha256 === null || !bytes || idOf(bytes) !== id) continue;
          const real = createHash("sha256").update(bytes).digest("hex");
          if (sha256 !== real) broken(`secondary ${secondary.number} has another SHA-256 for ${name} than its bytes`);
          const told = central.role?.registry.catalogue.get(name);
          if (told?.id === id && told.sha256 !== real)
            broken(`the central says that the SHA-256 of ${name} is ${told.sha256}, and it is ${real}`);
        }
        const { files } = role.digestProgress;
        if (without.size > files)
          broken(`secondary ${secondary.number} has ${without.size} versions without digests, and makes ${files}`);
      }
    },
  }),
};
