import type { Turns } from "../../../platform/turns/turns.ts";
import type { PagedCatalogue, PagedFile } from "./paged-catalogue.ts";

/**
 * Visits the files beneath a folder, at any depth, in the order of their names; `folder`: "" for all files. Between two turns
 * the catalogue may become another one: it goes on behind the last name.
 */
export async function walkFiles<File extends PagedFile>(
  catalogue: Pick<PagedCatalogue<File>, "after">,
  folder: string,
  turns: Turns,
  visit: (file: File) => void,
): Promise<void> {
  const prefix = folder === "" ? "" : `${folder}/`;
  let after: string | null = prefix === "" ? null : prefix;
  for (let more = true; more; ) {
    more = false;
    for (const file of catalogue.after(after)) {
      if (!file.name.startsWith(prefix)) return;
      visit(file);
      after = file.name;
      if (!turns.step()) continue;
      more = true;
      break;
    }
    if (more) await turns.next();
  }
}
