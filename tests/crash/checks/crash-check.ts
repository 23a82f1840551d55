import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment } from "../model/history.ts";

/** What must be right after a power loss of what one program did. */
export interface CrashCheck {
  /** For people. */
  readonly name: string;
  readonly history: History;
  /** What is right may be another thing in each period; null: nothing is checked. */
  periodOf(moment: Moment): string | null;
  /** Starts from a state, and says what is wrong; null when all is right. To be called from no promise. */
  fault(state: CrashState): string | null | Promise<string | null>;
  /** The same with processes of the executable. Rejects when they do not come so far that it can be told. */
  faultOfProcesses?(state: CrashState): Promise<string | null>;
}
