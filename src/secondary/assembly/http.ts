import { uniqueId } from "../../platform/random.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { AMPLE_SHARES } from "../descriptor-shares.ts";
import { FileLeases } from "../http/file-leases.ts";
import { FinishedDownloads } from "../http/finished-downloads.ts";
import { FolderPages } from "../http/folder-pages.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { DescriptorCache } from "../serving/descriptor-cache.ts";
import type { StoreFailures } from "../store-failures.ts";
import type { Folder } from "./folder.ts";

export interface HttpParts {
  readonly folder: Folder;
  readonly descriptors: DescriptorCache;
  readonly storeFailures: StoreFailures;
  /** Why the shared folder is not shared now; null when it is. */
  missing(): Told | null;
  /** Whether all files of the folder are known. */
  loaded(): boolean;
}

/** What a secondary gives to its HTTP thread. */
export interface HttpSources {
  readonly leases: FileLeases;
  readonly folders: FolderPages;
}

/** The files and folders that are served over HTTP. */
export function assembleHttp(
  { random, store }: SecondaryDeps,
  { shares = AMPLE_SHARES }: SecondaryOptions,
  { folder, descriptors, storeFailures, missing, loaded }: HttpParts,
): HttpSources {
  const finished = new FinishedDownloads();
  const { index, guard } = folder;
  const whyIncomplete = (name: string) => {
    const away = guard.missingDiskAbove(name);
    if (away !== null) return say("the disk of the folder {away} is not there", { away });
    return loaded() ? null : say("the shared folder is still being read");
  };
  const leases = new FileLeases({
    index,
    descriptors,
    obstacle: missing,
    whyIncomplete,
    sent(file, { sent, remoteHost }) {
      if (!sent || !finished.sent(remoteHost, file, sent)) return;
      storeFailures.log(store.countServed(uniqueId(random), file.name));
    },
    maxLeases: shares.httpDownloads,
    maxFiles: shares.httpFiles,
  });
  return { leases, folders: new FolderPages({ index, obstacle: missing, whyIncomplete }) };
}
