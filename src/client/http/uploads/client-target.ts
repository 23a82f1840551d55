import { refused, type UploadRefusal } from "../../../http/uploads/backend.ts";
import type { FoundName, UploadTarget } from "../../../http/uploads/upload-desk.ts";
import { PeerError } from "../../../protocol/errors.ts";
import { parentFolders } from "../../../protocol/names/parent-folders.ts";
import type { Told } from "../../../sentences/sentence.ts";
import { toldOf } from "../../../sentences/sentence-error.ts";
import type { UploadJobDeps } from "../../uploads/upload-job.ts";
import type { ServedCatalogue } from "../served-catalogue.ts";
import { sendUpload } from "./sent-upload.ts";

/** Of no file. */
const NO_ID = "0".repeat(64);

export interface ClientTargetDeps extends UploadJobDeps {
  readonly catalogue: Pick<ServedCatalogue, "find">;
  /** Why this client may put nothing; null where it may. A question without the right would end its session. */
  missingRight(): Told | null;
}

/** Where files go that come over HTTP to a client: through its own session. */
export function clientTarget(deps: ClientTargetDeps): UploadTarget {
  return { find: (name, size) => find(deps, name, size), send: (file) => sendUpload(deps, file) };
}

async function find(deps: ClientTargetDeps, name: string, size: number): Promise<FoundName | UploadRefusal> {
  const missing = deps.missingRight();
  if (missing !== null) return refused(403, missing);
  try {
    const { base } = await deps.places.place({ name, size, id: NO_ID, at: null });
    return { kind: "found", version: base === null ? null : { id: base, modified: null } };
  } catch (error) {
    const why = toldOf(error);
    if (!(error instanceof PeerError) || error.code !== "unwritable") return refused(503, why);
    return refused((await isNameTaken(deps.catalogue, name)) ? 409 : 507, why);
  }
}

/** Whether there is a folder of that name, or a file where it needs a folder. */
async function isNameTaken(catalogue: Pick<ServedCatalogue, "find">, name: string): Promise<boolean> {
  const parents = parentFolders(name).map(async (parent) => (await catalogue.find(parent)).kind === "found");
  const isFolder = (await catalogue.find(name)).kind === "folder";
  return isFolder || (await Promise.all(parents)).includes(true);
}
