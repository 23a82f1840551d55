import { type ContentState, sameContent } from "../../platform/content-state.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import type { DescriptorCache } from "./descriptor-cache.ts";
import type { PartialFiles } from "./partial-files.ts";
import type { PieceStore, ReadableVersion } from "./piece-store.ts";

export interface LocalPieceStoreDeps {
  readonly guard: Pick<FolderGuard, "isPresent">;
  readonly descriptors: Pick<DescriptorCache, "acquire" | "isVerified" | "hashes" | "hasWaiters">;
  readonly partialFiles: Pick<PartialFiles, "acquire" | "hashes">;
  /** Whether a version is to be copied here. */
  expects(id: string): boolean;
}

/** The pieces on this machine: of the files in the shared folder, and of the copies in progress. */
export class LocalPieceStore implements PieceStore {
  constructor(private readonly deps: LocalPieceStoreDeps) {}

  async acquire(id: string): Promise<ReadableVersion | null> {
    const { guard, descriptors, partialFiles } = this.deps;
    if (!guard.isPresent) return null;
    const file = await descriptors.acquire(id);
    if (file) {
      const isIntact = (now: ContentState) => sameContent(now, file.state);
      return { ...file, bitmap: () => null, has: () => true, isIntact };
    }
    const copy = await partialFiles.acquire(id);
    // Who has begun to read a copy goes on with the file that it has become.
    return copy && { ...copy, isIntact: (now) => copy.isIntact(now) || descriptors.isVerified(id, now) };
  }

  async hashes(id: string): Promise<Uint8Array | null> {
    return (await this.deps.descriptors.hashes(id)) ?? this.deps.partialFiles.hashes(id);
  }

  expects(id: string): boolean {
    return this.deps.expects(id);
  }

  descriptorsScarce(): boolean {
    return this.deps.descriptors.hasWaiters;
  }
}
