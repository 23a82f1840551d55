import { textResponse } from "../server/responses.ts";

/** What is answered to a client that may have the version `wanted` alone, where there is another one; null: it may have this. */
export function refuseOtherVersion(
  wanted: string | null,
  { id }: { readonly id: string },
  headers: Readonly<Record<string, string>> = {},
): Response | null {
  if (wanted === null || wanted === id) return null;
  return textResponse(410, "that address is for an older version of the file", headers);
}
