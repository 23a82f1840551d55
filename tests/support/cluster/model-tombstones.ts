import { coversVersion, type Tombstone } from "../../../src/central/tombstones/tombstone.ts";
import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";
import type { ModelSecondary } from "./model-secondary.ts";

/** The tombstones of a model cluster. */
export class ModelTombstones {
  private kept: Tombstone[] = [];
  /** All that there ever were. */
  private readonly all: Tombstone[] = [];

  /** What the central's store holds. */
  get stored(): readonly Tombstone[] {
    return this.kept;
  }

  add(tombstone: Tombstone): void {
    this.kept.push(tombstone);
    this.all.push(tombstone);
  }

  /** There is a file that a tombstone does not cover: this takes its place. */
  void(tombstone: Tombstone): void {
    this.kept = this.kept.map((kept) => (kept.serial === tombstone.serial ? tombstone : kept));
  }

  /** The central is started again without its store. */
  loseStore(): void {
    this.kept = [];
  }

  /** Whether a tombstone that covers a file was not applied at its secondary: it may have been overtaken. */
  dooms({ appliedSerials }: ModelSecondary, file: HeldFile): boolean {
    const covers = (tombstone: Tombstone) => tombstone.name === file.name && coversVersion(tombstone, file);
    return this.kept.some(covers) || this.all.some((each) => !appliedSerials.has(each.serial) && covers(each));
  }
}
