import type { Fingerprint } from "../../platform/content-state.ts";
import { hasModificationTime } from "../folder/fingerprint.ts";
import type { InstallPlan, PlannedInstall, StoredChanges } from "./file-record.ts";

interface Plan extends Pick<InstallPlan, "number"> {
  readonly files: readonly PlannedInstall[];
  /** How many of its files are still planned. */
  left: number;
  stored: boolean;
}

/**
 * Copies of the cluster's versions from before they get their names until they have their records. A crash in between must
 * not make them files that somebody has put there, which would bring back what was removed meanwhile. Sans-I/O: what is
 * planned is stored with the next transaction, whatever that is about.
 */
export class PlannedInstalls {
  private readonly byName = new Map<string, { readonly file: PlannedInstall; readonly plan: Plan }>();
  private readonly plans = new Map<number, Plan>();
  private over: number[] = [];
  private lastNumber = 0;
  /** The last plan of an earlier run. */
  private lastEarlier = 0;

  /** Plans that an earlier run has left. */
  load(plans: readonly InstallPlan[]): void {
    for (const { number, files } of plans) this.add(number, JSON.parse(files), true);
    this.lastEarlier = this.lastNumber;
  }

  plan(files: readonly PlannedInstall[]): void {
    this.add(this.lastNumber + 1, files, false);
  }

  /** The planned copy that a file is: with this content, and the modification time that copies are given. */
  find(name: string, id: string, fingerprint: Fingerprint): PlannedInstall | undefined {
    const file = this.byName.get(name)?.file;
    return file?.id === id && hasModificationTime(fingerprint, file.modified) ? file : undefined;
  }

  /** These have records now. A record of another version may be that of what the copy is to replace. */
  recorded(files: Iterable<{ readonly name: string; readonly id: string }>): void {
    if (this.byName.size === 0) return;
    for (const { name, id } of files) if (this.byName.get(name)?.file.id === id) this.forget([name]);
  }

  /** These do not get their names. */
  forget(names: Iterable<string>): void {
    for (const name of names) {
      const planned = this.byName.get(name);
      if (!planned) continue;
      this.byName.delete(name);
      this.dropFile(planned.plan);
    }
  }

  /** Those of earlier runs: each file that got its name then has its record now. */
  forgetEarlier(): void {
    const earlier = [...this.byName].filter(([, { plan }]) => plan.number <= this.lastEarlier);
    this.forget(earlier.map(([name]) => name));
  }

  get hasUnstored(): boolean {
    return this.unstored().length > 0;
  }

  /** What the next transaction is to store of the plans. */
  changes(): Pick<StoredChanges, "planned" | "over"> {
    const planned = this.unstored().map(({ number, files }) => ({ number, files: JSON.stringify(files) }));
    return { planned, over: [...this.over] };
  }

  /** {@link changes} are stored. */
  stored({ planned, over }: Pick<StoredChanges, "planned" | "over">): void {
    this.over = this.over.filter((number) => !over.includes(number));
    for (const { number } of planned) {
      const plan = this.plans.get(number);
      if (plan) plan.stored = true;
      // All of its files were forgotten meanwhile.
      else this.over.push(number);
    }
  }

  private add(number: number, files: readonly PlannedInstall[], stored: boolean): void {
    if (files.length === 0) return;
    const names = new Set(files.map(({ name }) => name));
    this.forget(names);
    const plan = { number, files, left: names.size, stored };
    for (const file of files) this.byName.set(file.name, { file, plan });
    this.plans.set(number, plan);
    this.lastNumber = Math.max(this.lastNumber, number);
  }

  private dropFile(plan: Plan): void {
    plan.left -= 1;
    if (plan.left > 0) return;
    this.plans.delete(plan.number);
    if (plan.stored) this.over.push(plan.number);
  }

  private unstored(): Plan[] {
    return [...this.plans.values()].filter(({ stored }) => !stored);
  }
}
