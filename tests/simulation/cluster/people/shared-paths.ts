import { STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import { type Entry, pathOf } from "../../world/disk/file-system/inodes.ts";
import { SHARED_FOLDER } from "../servers/sim-secondary.ts";

/** As src/secondary/uploads/half-uploads.ts calls them. */
export const UPLOAD_PART = /(^|\/)put-[0-9a-f]{64}\.part$/;
const KEPT_FOLDER = `${STAGING_FOLDER}/kept/`;

/** What a path is to a secondary: a file that is shared, a kept one, with the name it had, or neither. */
export type SharedPath =
  | { readonly kind: "shared"; readonly name: string }
  /** `label`: of the folder that says when and why it was kept. */
  | { readonly kind: "kept"; readonly name: string; readonly label: string }
  | null;

/** What the path of an entry on the machine of a secondary is. */
export function sharedPath(entry: Entry | null): SharedPath {
  return entry && classify(pathOf(entry).replace(/ \(deleted\)$/, ""));
}

/** What a path on the machine of a secondary is. */
export function classify(path: string): SharedPath {
  if (!path.startsWith(`${SHARED_FOLDER}/`)) return null;
  const relative = path.slice(SHARED_FOLDER.length + 1);
  if (relative.startsWith(KEPT_FOLDER)) {
    const [label = "", ...name] = relative.slice(KEPT_FOLDER.length).split("/");
    return { kind: "kept", label, name: name.join("/") };
  }
  return relative.split("/").some((part) => part.startsWith(".")) ? null : { kind: "shared", name: relative };
}

/** Whether a path on the machine of a secondary is of a file that a client is sending. */
export function isUploadPart(path: string): boolean {
  return path.startsWith(`${SHARED_FOLDER}/${STAGING_FOLDER}/`) && UPLOAD_PART.test(path);
}
