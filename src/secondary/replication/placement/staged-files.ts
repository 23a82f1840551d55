import type { Hashing } from "../../../hashing/hashing.ts";
import type { Fingerprint } from "../../../platform/content-state.ts";
import type { Disk, FileStat } from "../../../platform/disk/disk.ts";
import { hashesMatch, type Version } from "../../../protocol/versions/version.ts";
import { stagingFilesFor } from "../../../transfer/sinks/work-files/work-files.ts";
import { fingerprintOf, sameFingerprint } from "../../folder/fingerprint.ts";

interface StagedWholeFile {
  readonly path: string;
  readonly name: string;
  readonly hashes: Uint8Array;
  readonly fingerprint: Fingerprint;
}

/**
 * Large files that are copied whole, verified, and could not get their names: they stay in their staging folder under
 * the id of their version, so that the next try only renames them.
 */
export class StagedFiles {
  private readonly byId = new Map<string, StagedWholeFile>();

  constructor(private readonly deps: { readonly disk: Disk; readonly hasher: Pick<Hashing, "hash"> }) {}

  /** The path of a version that is whole. */
  pathOf(staging: string, id: string): string {
    return stagingFilesFor(staging, id).path;
  }

  /** A verified file could not get its name. */
  async add(staging: string, name: string, { id }: Version, hashes: Uint8Array): Promise<void> {
    const path = this.pathOf(staging, id);
    const stat = await this.deps.disk.lstat(path).catch(() => null);
    if (stat) this.byId.set(id, { path, name, hashes, fingerprint: fingerprintOf(stat) });
  }

  /** The piece hashes of a version that is here whole, else null. A file that an earlier run left is read again. */
  async find(staging: string, version: Version): Promise<Uint8Array | null> {
    const { disk } = this.deps;
    const path = this.pathOf(staging, version.id);
    const stat = await disk.lstat(path);
    const staged = this.byId.get(version.id);
    this.byId.delete(version.id);
    if (staged && staged.path !== path) await disk.remove(staged.path, "real").catch(() => {});
    if (!stat) return null;
    if (staged?.path === path && sameFingerprint(staged.fingerprint, stat)) return staged.hashes;
    const hashes = await this.verify(path, stat, version);
    if (!hashes) await disk.remove(path, "real");
    return hashes;
  }

  /** A version is not wanted any more. */
  removeVersion(staging: string, id: string): Promise<void> {
    return this.remove(id, this.pathOf(staging, id));
  }

  /** A name is not wanted any more. */
  async removeName(name: string): Promise<void> {
    for (const [id, staged] of this.byId) if (staged.name === name) await this.remove(id, staged.path);
  }

  /** Deletes those in a staging folder, for their space. */
  async removeAllIn(staging: string): Promise<void> {
    for (const [id, { path }] of this.byId) if (path === this.pathOf(staging, id)) await this.remove(id, path);
  }

  private async remove(id: string, path: string): Promise<void> {
    this.byId.delete(id);
    await this.deps.disk.remove(path, "real").catch(() => {});
  }

  private async verify(path: string, stat: FileStat, version: Version): Promise<Uint8Array | null> {
    if (stat.kind !== "file" || stat.size !== version.size) return null;
    const { hashes } = await this.deps.hasher.hash(path, version.size, "pieces", "real");
    const after = await this.deps.disk.lstat(path);
    return after && sameFingerprint(after, stat) && hashesMatch(version, hashes) ? hashes : null;
  }
}
