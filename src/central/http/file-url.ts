import { filePath } from "../../http/files/file-path.ts";
import { originOf, type WebAddress } from "../../http/server/web-address.ts";

/** What an address of a version needs behind its path so that its secondary lets in whoever has it; "" for nothing. */
export type UrlQuery = (name: string, id: string) => string;

/** Where a secondary has a version of a file: by what it has told of itself, whatever the request of the client says. */
export function fileUrl(
  address: WebAddress,
  { name, id }: { readonly name: string; readonly id: string },
  urlQuery: UrlQuery,
): string {
  const query = urlQuery(name, id);
  return `${originOf(address)}${filePath(name)}${query === "" ? "" : `?${query}`}`;
}
