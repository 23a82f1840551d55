import { SeededRandom, seedFor } from "../world/random.ts";
import type { Action, ActionKind, ClusterShape, Plan } from "./action.ts";
import { askTorrent } from "./downloads/ask-torrent.ts";
import { put } from "./files/put.ts";
import { KEY_ACTIONS } from "./keys/all.ts";
import { FAULT_KINDS, USER_KINDS } from "./kinds.ts";
import { changeLimit, LIMITS } from "./limits/change-limit.ts";
import { ORDER_ACTIONS } from "./orders/all.ts";
import { STREAM_ACTIONS } from "./streams/all.ts";
import { drawThemeAction, largePut, THEMES } from "./themes.ts";
import { UPLOAD_ACTIONS } from "./uploads/all.ts";

/** The part of the plans that have a theme. */
const THEMES_SHARE = 0.7;
/** The part of the plans in which the cluster has keys. */
const KEYS_SHARE = 0.25;
/** The part of the plans in which some secondaries make digests, and the part of the secondaries in these. */
const DIGESTS_SHARE = 0.15;
const DIGESTING_SHARE = 0.7;
/** The part of the plans in which some have limits. */
const LIMITS_SHARE = 0.12;
/** The part of the plans in which people change the cluster from clients. */
const UPLOADS_SHARE = 0.2;
/** The part of the plans in which people put what comes as a stream. */
const STREAMS_SHARE = 0.1;
/** The part of the plans in which people list files, or give them other names, from clients. */
const ORDERS_SHARE = 0.15;
/** Milliseconds by which no two clocks differ at first: so much must not matter. */
const MOST_APART_MS = 300_000;
/** Simulated milliseconds until the cluster is in step, if nothing fails. */
const FIRST_SYNC_MS = 4000;
/** Simulated milliseconds in which something happens. */
const LENGTHS_MS = [6_000, 6_000, 8_000, 8_000, 20_000, 45_000];
/** Of what a plan has beside its first files: how much there is at least, and how much more there may be. */
const FEWEST_ACTIONS = 3;
const MORE_ACTIONS = [2, 2, 3, 3, 4, 4, 6, 19];
/** The same of what is drawn beside all else. */
const ADDED_ACTIONS = [1, 2, 3, 6];
const ADDED_STREAMS = [1, 2, 4];
/** Files that there are at first. */
const FIRST_FILES = [1, 1, 2, 4];

/**
 * Draws a plan. Each seed has a part of the kinds of faults only, and often one or none: where all kinds were at work in
 * every run, they would hide each other (swarm testing: Groce and others, 2012). Most of them have a theme, too, and most are
 * short, of few servers and small files: many of these find more in the same time than a few long ones.
 */
export function drawPlan(seed: number): Plan {
  const random = new SeededRandom(seedFor(seed, "plan"));
  const shape = drawShape(random);
  const faults = drawSubset(random, FAULT_KINDS, random.pick([0, 1, 1, 2, 3, 6]));
  const people = drawSubset(random, USER_KINDS, random.pick([4, 8, 16]));
  const lengthMs = random.pick(LENGTHS_MS);
  const initial = drawSome(random, FIRST_FILES, () => drawAction(random, put, shape, random.below(500)));
  const theme = random.chance(THEMES_SHARE) ? random.pick(THEMES) : null;
  const large = theme?.large ? [largePut(random, shape, random.below(500))] : [];
  const count = FEWEST_ACTIONS + random.below(random.pick(MORE_ACTIONS));
  let last = 0;
  const later = Array.from({ length: count }, () => {
    const at = drawTime(random, last, lengthMs);
    last = at;
    if (theme && random.chance(0.7)) return drawThemeAction(random, theme, shape, at);
    const kind = faults.length > 0 && random.chance(0.35) ? pickWeighted(random, faults) : pickWeighted(random, people);
    return drawAction(random, kind, shape, at);
  });
  const keys = drawKeys(new SeededRandom(seedFor(seed, "keys")), shape, lengthMs);
  const digests = drawDigests(new SeededRandom(seedFor(seed, "digests")), shape, lengthMs);
  const limits = drawLimits(new SeededRandom(seedFor(seed, "limits")), shape, lengthMs);
  const uploads = drawUploads(new SeededRandom(seedFor(seed, "uploads")), shape, lengthMs);
  const orders = drawOrders(new SeededRandom(seedFor(seed, "orders")), shape, lengthMs);
  const own = [...(keys?.actions ?? []), ...(digests?.actions ?? []), ...(limits?.actions ?? [])];
  const streams = drawStreams(new SeededRandom(seedFor(seed, "streams")), shape, lengthMs);
  const added = [...own, ...uploads, ...orders, ...streams];
  const actions = [...initial, ...large, ...later, ...added].sort((left, right) => left.at - right.at);
  return {
    seed,
    shape: { ...(keys?.shape ?? shape), ...digests?.shape, ...limits?.shape },
    actions,
    quietAt: lengthMs + 100,
  };
}

/** In some plans secondaries make digests, and mostly people ask for torrents. */
function drawDigests(random: SeededRandom, shape: ClusterShape, lengthMs: number) {
  if (!random.chance(DIGESTS_SHARE)) return null;
  const numbers = Array.from({ length: shape.secondaries }, (_, index) => index + 1);
  const digests = numbers.filter(() => random.chance(DIGESTING_SHARE));
  const actions = Array.from({ length: random.below(random.pick([3, 5])) }, () => {
    return drawAction(random, askTorrent, shape, drawTime(random, 0, lengthMs));
  });
  return { shape: { digests }, actions };
}

/** In one plan of five people put, remove and restore files from clients, mostly soon after one another. */
function drawUploads(random: SeededRandom, shape: ClusterShape, lengthMs: number): readonly Action[] {
  if (!random.chance(UPLOADS_SHARE)) return [];
  const kinds = drawSubset(random, UPLOAD_ACTIONS, random.pick([1, 2, 4, UPLOAD_ACTIONS.length]));
  let last = 0;
  return drawSome(random, ADDED_ACTIONS, () => {
    last = drawTime(random, last, lengthMs);
    return drawAction(random, pickWeighted(random, kinds), shape, last);
  });
}

/** In some plans people list files and give them other names from clients. */
function drawOrders(random: SeededRandom, shape: ClusterShape, lengthMs: number): readonly Action[] {
  if (!random.chance(ORDERS_SHARE)) return [];
  const kinds = drawSubset(random, ORDER_ACTIONS, random.pick([1, 2, ORDER_ACTIONS.length]));
  return drawSome(random, ADDED_ACTIONS, () =>
    drawAction(random, pickWeighted(random, kinds), shape, drawTime(random, 0, lengthMs)),
  );
}

/** In some plans people put what comes as a stream. */
function drawStreams(random: SeededRandom, shape: ClusterShape, lengthMs: number): readonly Action[] {
  if (!random.chance(STREAMS_SHARE)) return [];
  return drawSome(random, ADDED_STREAMS, () =>
    drawAction(random, pickWeighted(random, STREAM_ACTIONS), shape, drawTime(random, 0, lengthMs)),
  );
}

/** In some plans some have limits, and mostly people change them. */
function drawLimits(random: SeededRandom, shape: ClusterShape, lengthMs: number) {
  if (!random.chance(LIMITS_SHARE)) return null;
  const rate = () => random.pick(LIMITS);
  const limits = {
    secondaries: Array.from({ length: shape.secondaries }, () => ({
      upload: rate(),
      copies: rate(),
      download: rate(),
    })),
    clients: Array.from({ length: shape.clients }, rate),
  };
  const actions = Array.from({ length: random.below(random.pick([3, 3, 6])) }, () => {
    return drawAction(random, changeLimit, shape, drawTime(random, 0, lengthMs));
  });
  return { shape: { limits }, actions };
}

/** One plan in four is of a cluster with keys, and mostly something happens to them: it comes to what happens anyway. */
function drawKeys(random: SeededRandom, shape: ClusterShape, lengthMs: number) {
  if (!random.chance(KEYS_SHARE)) return null;
  const machines = 1 + shape.secondaries + shape.clients;
  const isApart = random.chance(0.5);
  const keys = {
    holding: random.pick(["cluster key", "credentials"] as const),
    aheadMs: Array.from({ length: machines }, () => (isApart ? random.below(MOST_APART_MS) : 0)),
  };
  const kinds = drawSubset(random, KEY_ACTIONS, random.pick([1, 2, 2, KEY_ACTIONS.length]));
  const actions = Array.from({ length: random.below(random.pick([3, 5, 8])) }, () => {
    return drawAction(random, pickWeighted(random, kinds), shape, drawTime(random, 0, lengthMs));
  });
  return { shape: { ...shape, keys }, actions };
}

function drawShape(random: SeededRandom): ClusterShape {
  const secondaries = random.pick([1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 4, 5]);
  return {
    secondaries,
    clients: random.pick([1, 1, 2, 2, 3, 4]),
    expected: random.chance(0.8) ? secondaries : 1 + random.below(secondaries),
    maxDownloads: random.pick([0, 0, 0, 1, 2]),
    keepDays: random.pick([7, 7, 7, 0]),
  };
}

/** Half of all actions follow soon after another one, so that they meet what it has brought about. */
function drawTime(random: SeededRandom, last: number, lengthMs: number): number {
  if (last > 0 && random.chance(0.5)) return Math.min(lengthMs - 1, last + random.below(random.pick([60, 600, 2500])));
  if (random.chance(0.1)) return random.below(FIRST_SYNC_MS);
  return FIRST_SYNC_MS + random.below(lengthMs - FIRST_SYNC_MS);
}

/** One or more, up to one of these numbers. */
function drawSome(random: SeededRandom, most: readonly number[], draw: () => Action): readonly Action[] {
  return Array.from({ length: 1 + random.below(random.pick(most)) }, draw);
}

function drawAction(random: SeededRandom, kind: ActionKind, shape: ClusterShape, at: number): Action {
  return { at, kind: kind.name, params: kind.draw(random, shape) };
}

function drawSubset(random: SeededRandom, kinds: readonly ActionKind[], size: number): readonly ActionKind[] {
  const left = [...kinds];
  return Array.from({ length: Math.min(size, kinds.length) }, () => {
    const [one] = left.splice(random.below(left.length), 1);
    return one;
  }).filter((kind) => kind !== undefined);
}

function pickWeighted(random: SeededRandom, kinds: readonly ActionKind[]): ActionKind {
  let left = random.fraction() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of kinds) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  return random.pick(kinds);
}
