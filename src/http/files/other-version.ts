import { say } from "../../sentences/sentence.ts";
import { refusal } from "../server/responses.ts";
import { FILES_PATH } from "./file-path.ts";

/** What is answered to a client that may have the version `wanted` alone, where there is another one; null: it may have this. */
export function refuseOtherVersion(
  wanted: string | null,
  { id }: { readonly id: string },
  headers: Readonly<Record<string, string>> = {},
): Response | null {
  if (wanted === null || wanted === id) return null;
  return refusal(FILES_PATH, { status: 410, reason: say("that address is for an older version of the file"), headers });
}
