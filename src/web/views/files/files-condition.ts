import { isPresent, lacksCentral, type PageState } from "../../store/page-state.ts";

/**
 * What people must know before they look for a file. `nothing shared`: no secondary was ever there; `no files`: those that
 * are there share none; `no server`: all are away; `no http`: none of those that are here answers HTTP; `no central`: nobody
 * says which of these it is.
 */
export type FilesCondition =
  | "unknown"
  | "nothing shared"
  | "no files"
  | "no server"
  | "no http"
  | "no central"
  | "fine";

export function filesCondition({ cluster, secondaries }: Pick<PageState, "cluster" | "secondaries">): FilesCondition {
  if (!cluster) return "unknown";
  if (lacksCentral({ cluster })) return "no central";
  if (secondaries.length === 0) return cluster.files === 0 ? "nothing shared" : "no server";
  const present = secondaries.filter(isPresent);
  if (present.length === 0) return "no server";
  if (cluster.files === 0) return "no files";
  // A client serves the files itself.
  return cluster.role === "client" || present.some(({ http }) => http !== null) ? "fine" : "no http";
}
