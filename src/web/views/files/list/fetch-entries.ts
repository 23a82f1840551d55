import type { ApiClient } from "../../../api/api-client.ts";
import type { FilesPlace } from "../files-place.ts";
import type { FetchEntries } from "./file-rows.ts";

/** How the rows of a place are asked for: what is right in a folder, or all files beneath it that match. */
export function entriesOf(
  api: Pick<ApiClient, "files" | "folder">,
  { folder, search, sort, order, flat }: Pick<FilesPlace, "folder" | "search" | "sort" | "order" | "flat">,
): FetchEntries {
  if (search === "" && !flat) {
    return (offset, limit, signal) => api.folder(folder, { sort, order, offset, limit }, signal);
  }
  return async (offset, limit, signal) => {
    const answer = await api.files({ search, folder, sort, order, offset, limit }, signal);
    if (!answer.ok) return answer;
    const { files, matches } = answer.value;
    const entries = files.map((file) => ({ kind: "file" as const, ...file }));
    return { ok: true, value: { entries, total: matches ?? offset + files.length } };
  };
}
