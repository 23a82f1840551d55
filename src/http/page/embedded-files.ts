import { basename } from "node:path";
import page from "../../web/index.html";
import type { PageFile } from "./page-file.ts";

/** The files of the page. There are none where the program runs from its sources: the build makes them. */
export const EMBEDDED_FILES: readonly PageFile[] = (page.files ?? []).map(({ path, loader, headers }) => ({
  path: `/${basename(path)}`,
  type: headers["content-type"],
  etag: headers.etag,
  isDocument: loader === "html",
  read: () => Bun.file(path).bytes(),
}));
