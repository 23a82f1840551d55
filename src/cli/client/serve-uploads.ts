import type { ServedCatalogue } from "../../client/http/served-catalogue.ts";
import { clientTarget } from "../../client/http/uploads/client-target.ts";
import { SessionPlaces } from "../../client/uploads/upload-places.ts";
import { UploadDesk } from "../../http/uploads/upload-desk.ts";
import { missingRight, PUTTING } from "../../net/session/authenticated.ts";
import type { Log } from "../../platform/log/log.ts";
import type { ClientOptions, ClientParts } from "./parts.ts";

/** Takes files that come to `client serve`, keeps each in `folder` for a while, and puts it into the cluster. */
export function clientUploads(
  { deps }: ClientParts,
  catalogue: ServedCatalogue,
  { folder, keys }: Pick<ClientOptions, "folder" | "keys">,
  log: Log,
): UploadDesk {
  const places = new SessionPlaces(deps);
  const ownRight = () => missingRight(PUTTING, "write", keys?.ring.current.identity ?? null);
  return new UploadDesk({
    ...{ ...deps, log, folder },
    target: clientTarget({ ...deps, places, catalogue, missingRight: ownRight }),
  });
}
