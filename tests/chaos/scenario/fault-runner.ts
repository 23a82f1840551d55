import type { Undo, Victims } from "../faults/fault.ts";
import type { ScheduledFault } from "./schedule.ts";

/** When something was struck. Seconds since the beginning of the run; a fault that goes on has no end yet. */
export interface Trouble {
  readonly target: string;
  readonly from: number;
  to: number;
}

interface Active {
  readonly trouble: Trouble;
  readonly undo: Undo;
}

/** Carries out faults and ends them. */
export class FaultRunner {
  /** Faults carried out, by kind. */
  readonly counts = new Map<string, number>();
  readonly troubles: Trouble[] = [];
  private readonly active = new Map<string, Active>();
  private readonly beginning = new Set<string>();

  constructor(private readonly victims: Victims) {}

  async begin({ kind, params }: ScheduledFault): Promise<(() => Promise<void>) | null> {
    const { log } = this.victims.world;
    const target = kind.target(params);
    if (this.active.has(target) || this.beginning.has(target)) return null;
    this.beginning.add(target);
    const trouble = { target, from: log.seconds, to: Number.POSITIVE_INFINITY };
    try {
      const undo = await kind.begin(this.victims, params);
      if (!undo) return null;
      log.line("fault", `${kind.name} ${JSON.stringify(params)}`);
      this.counts.set(kind.name, (this.counts.get(kind.name) ?? 0) + 1);
      this.troubles.push(trouble);
      this.active.set(target, { trouble, undo });
      return () => this.end(target, kind.name);
    } finally {
      this.beginning.delete(target);
    }
  }

  private async end(target: string, name: string): Promise<void> {
    const active = this.active.get(target);
    if (!active) return;
    const { log } = this.victims.world;
    await active.undo();
    log.line("fault over", `${name} of ${target}`);
    active.trouble.to = log.seconds;
    this.active.delete(target);
  }
}
