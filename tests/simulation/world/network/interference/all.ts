import { cutFrames, doubledAnswers, garbage, hugeFrames, unaskedMessages } from "./broken-protocol.ts";
import { alwaysBusy, claimsAll, refusesAll, supersedesAll, unreadable } from "./false-claims.ts";
import { asksForAbsent, asksManyTimes } from "./greed.ts";
import type { Interference } from "./interference.ts";
import { givesNothing, mute, muteAfterGreeting, pingOnly, slowAnswers, stopsInPieces } from "./silence.ts";
import {
  fewHashes,
  flippedPieces,
  flippedSmallFiles,
  longPieces,
  otherPieces,
  shortPieces,
  wrongHashes,
  wrongSizes,
} from "./wrong-pieces.ts";

/** A source of wrong bytes: whoever asks it must find that out. */
export const LIES: readonly Interference[] = [
  flippedPieces,
  flippedSmallFiles,
  wrongSizes,
  shortPieces,
  longPieces,
  otherPieces,
  wrongHashes,
  fewHashes,
];

/** A source that does not give what it could. */
export const FALSE_CLAIMS: readonly Interference[] = [claimsAll, refusesAll, unreadable, alwaysBusy, supersedesAll];

/** An end that does not answer, or late. */
export const SILENCES: readonly Interference[] = [
  pingOnly,
  givesNothing,
  mute,
  muteAfterGreeting,
  slowAnswers,
  stopsInPieces,
];

/** An end that is another program, or a broken one. */
export const BROKEN: readonly Interference[] = [garbage, hugeFrames, cutFrames, unaskedMessages, doubledAnswers];

/** An end that wants more than it needs. */
export const GREED: readonly Interference[] = [asksManyTimes, asksForAbsent];

export const INTERFERENCES: readonly Interference[] = [...LIES, ...FALSE_CLAIMS, ...SILENCES, ...BROKEN, ...GREED];
