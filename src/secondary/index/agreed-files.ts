import pMap from "p-map";
import { sameContent } from "../../platform/content-state.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import { ownEdit } from "../../protocol/versions/edits.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecords } from "./file-records.ts";

/** Files of which the disk is asked at the same time. */
const MAX_CONCURRENT_STATS = 8;

/** What the central says of the files here: their places in the history of the cluster. */
export class AgreedFiles {
  private readonly records: FileRecords;
  private readonly sharedFolder: Pick<SharedFolder, "fingerprint">;

  constructor(deps: { records: FileRecords; sharedFolder: Pick<SharedFolder, "fingerprint"> }) {
    this.records = deps.records;
    this.sharedFolder = deps.sharedFolder;
  }

  /**
   * The central has numbered these as the cluster's versions; those that are not here are ignored. Where another edit has
   * made the same content, a file takes the number only if it is still as it is recorded: what somebody has put in its
   * place, and is not checked yet, does not come after that edit.
   */
  async apply(files: readonly AgreedFile[]): Promise<void> {
    const toCheck: AgreedFile[] = [];
    const certain: AgreedFile[] = [];
    for (const file of files) (this.isMadeOtherwise(file) ? toCheck : certain).push(file);
    await this.records.applyAgreed(certain);
    if (toCheck.length === 0) return;
    const unchanged = await pMap(toCheck, ({ name }) => this.isUnchanged(name), {
      concurrency: MAX_CONCURRENT_STATS,
    });
    await this.records.applyAgreed(toCheck.filter((_, index) => unchanged[index]));
  }

  private isMadeOtherwise(agreed: AgreedFile): boolean {
    const known = this.records.latest(agreed.name);
    return known?.id === agreed.id && ownEdit(known) !== ownEdit(agreed);
  }

  /** Whether the file is still as it is recorded. Where the disk refuses, nobody knows. */
  private async isUnchanged(name: string): Promise<boolean> {
    const found = await this.sharedFolder.fingerprint(name).catch(() => null);
    const known = this.records.latest(name);
    return found !== null && known !== undefined && sameContent(found, known);
  }
}
