import type { Registry } from "../../../src/central/registry/registry.ts";
import type { AgreedFile, HeldFile } from "../../../src/protocol/messages/secondary.ts";
import { covers } from "../../../src/protocol/versions/version-vector.ts";
import type { Content, ModelSecondary } from "./model-secondary.ts";
import type { UserEdit } from "./user-edits.ts";

/** A version of a name, and by which edits of users it came about. */
interface EditedVersion {
  readonly id: string;
  readonly edits: ReadonlySet<UserEdit>;
}

/** What a central may know from its messages: the edits from which the announced versions came. */
export class KnownVersions {
  /** The central's version of each name. */
  private readonly versions = new Map<string, EditedVersion>();
  /** The last version that each secondary has announced of a name. */
  private readonly announced = new Map<string, EditedVersion>();
  /** Edits of the versions that the central has named in messages. */
  private readonly named = new WeakMap<object, ReadonlySet<UserEdit>>();

  constructor(
    private readonly registry: () => Registry,
    private readonly secondaries: readonly ModelSecondary[],
  ) {}

  /** The central was started again, and the secondaries announce their files anew. */
  restarted(): void {
    this.versions.clear();
  }

  /** The edits of a version that the central has named: where several users have put it, it is the version of all. */
  editsNamedBy(named: object): ReadonlySet<UserEdit> | undefined {
    return this.named.get(named);
  }

  /** The central names its version in a message. */
  name(file: Pick<HeldFile, "name" | "id">): void {
    const version = this.versions.get(file.name);
    const edits = version?.id === file.id ? version.edits : this.editsOf(file.name, file.id);
    if (edits.size > 0) this.named.set(file, edits);
  }

  /** The central tells a secondary that these files of it are the cluster's versions. */
  agree(to: number, files: readonly AgreedFile[]): void {
    for (const file of files) {
      this.name(file);
      const key = `${to} ${file.name}`;
      const announced = this.announced.get(key);
      if (announced?.id !== file.id) continue;
      const edits = new Set([...announced.edits, ...(this.editsNamedBy(file) ?? [])]);
      this.announced.set(key, { id: file.id, edits });
    }
  }

  /** The central has read an announcement. */
  announcedBy({ number, editsOf }: ModelSecondary, files: readonly HeldFile[]): void {
    this.dropReplaced();
    for (const file of files) {
      const { name, id } = file;
      const edits = editsOf.get(file) ?? new Set<UserEdit>();
      this.announced.set(`${number} ${name}`, { id, edits });
      if (this.registry().catalogue.get(name)?.id !== id) continue;
      const before = this.versions.get(name)?.edits ?? this.editsOf(name, id);
      this.versions.set(name, { id, edits: new Set([...before, ...edits]) });
    }
  }

  /** Drops versions that are not the cluster's any more. */
  dropReplaced(): void {
    const { catalogue } = this.registry();
    for (const [name, { id }] of this.versions) if (catalogue.get(name)?.id !== id) this.versions.delete(name);
  }

  /** The edits of all secondaries that the central knows to have this version, or to have had it when they were lost. */
  editsOf(name: string, id: string): Set<UserEdit> {
    const { secondaries, catalogue } = this.registry();
    const edits = this.secondaries.flatMap(({ number }) => {
      const record = secondaries.get(number);
      const announced = this.announced.get(`${number} ${name}`);
      const file = record?.lastKnownVersion(name);
      if (file?.id !== id || announced?.id !== id) return [];
      const vector = catalogue.get(name)?.vector ?? "";
      // What a lost one held, or one that has not announced it again, counts where it was merged before.
      const present = record?.isPresent && record.heldVersion(name)?.id === id;
      return present || covers(vector, file.vector) ? [...announced.edits] : [];
    });
    return new Set(edits);
  }

  /** What secondaries have under a name, where the central knows that it is this version. */
  heldAs(name: string, id: string): Content[] {
    const records = this.registry().secondaries;
    return this.secondaries.flatMap(({ number, contents }) => {
      const content = contents.get(name);
      const record = records.get(number);
      const isKnown = record?.isPresent && record.heldVersion(name)?.id === id;
      return isKnown && content?.file.id === id ? [content] : [];
    });
  }
}
