import type { History, Moment, NodeId, Note } from "../model/history.ts";
import { NAMES, PHASE_END, PHASES, type Phase } from "../scenarios/play.ts";

/** A part of the life of a secondary in which the same is right after a power loss. */
export interface Period {
  readonly name: string;
  /** The others are as they were at the end of this phase. */
  readonly others: Phase;
  /** All must have what they had at the end of this one. */
  readonly expected: Phase;
}

const once = (phase: Phase): Period => ({ name: phase, others: phase, expected: phase });
/** The others know nothing yet of what is restored here. */
const RESTORING: Period = { name: "restoring", others: "removal", expected: "restore" };

/** Which period a moment of a recording is in. */
export interface Timeline {
  /** Null: what has been done is not agreed on, so that anything is right. */
  periodAt(moment: Moment): Period | null;
  /** Whether a file may not be missing. */
  isCertain(name: string, moment: Moment): boolean;
}

/** Of secondary 1, whose user puts files there: they count once the central was told of them. */
export function timelineOfFirst(history: History): Timeline {
  const [copied = 0, replaced = 0, removed = 0] = phaseEnds(history);
  const put = announced(history, 0);
  const puttingAgain = history.changes.find(({ at, node }) => at > copied && isOnDiskOfFiles(history, node))?.at ?? 0;
  const putAgain = announced(history, puttingAgain);
  return {
    periodAt(moment) {
      if (moment < put) return null;
      if (moment < puttingAgain) return once("copy");
      if (moment < putAgain) return null;
      if (moment <= replaced) return once("replacement");
      return once(moment <= removed ? "removal" : "restore");
    },
    isCertain: () => true,
  };
}

/** Of secondary 2, where files are restored: others know of them once the central was told. */
export function timelineOfSecond(history: History): Timeline {
  const ends = phaseEnds(history);
  const restored = new Map(NAMES.map((name) => [name, whenRestored(history, name)]));
  const told = announced(history, Math.max(...restored.values()));
  return {
    periodAt(moment) {
      const phase = PHASES[ends.filter((at) => at < moment).length] ?? "restore";
      return phase === "restore" && moment < told ? RESTORING : once(phase);
    },
    isCertain(name, moment) {
      return this.periodAt(moment) !== RESTORING || (restored.get(name) ?? 0) <= moment;
    },
  };
}

function phaseEnds({ notes }: History): Moment[] {
  return notes.filter(({ to, text }) => to === "user" && text.startsWith(PHASE_END)).map(({ at }) => at);
}

/** When the user was told that a name is restored. */
function whenRestored(history: History, name: string): Moment {
  const said = (text: string) => text.includes('"event":"restored"') && text.includes(`"name":"${name}"`);
  return firstNote(history, ({ to, text }) => to === "user" && said(text));
}

/** When the central was told of all files, after a moment. */
function announced(history: History, after: Moment): Moment {
  const tells =
    (name: string) =>
    ({ at, to, text }: Note) =>
      at > after && to === "peer" && text.includes("announce") && text.includes(name);
  return Math.max(...NAMES.map((name) => firstNote(history, tells(name))));
}

function firstNote({ notes }: History, isWanted: (note: Note) => boolean): Moment {
  return notes.find(isWanted)?.at ?? Number.POSITIVE_INFINITY;
}

/** Volumes are given with that of the database first. */
function isOnDiskOfFiles({ volumes, volumeOf }: History, node: NodeId): boolean {
  const [, files] = [...volumes.values()];
  return volumeOf.get(node) === files;
}
