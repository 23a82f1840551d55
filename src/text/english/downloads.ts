import { type Count, plural } from "../plural.ts";

/** How downloads go and how they ended. */
export const downloadsText = {
  /** Notes beside a bar. */
  notes: {
    paused: "paused",
    checking: "checking what is there",
    finishing: "finishing",
    reporting: "reporting to the central",
    over: "over",
    noSecondary: "waiting for a secondary",
    oneSecondary: (number: Count) => `waiting for secondary ${number}`,
    secondaries: (numbers: string) => `waiting for secondaries ${numbers}`,
    manySecondaries: (count: Count) => `waiting for ${count} secondaries`,
    heldBack: "held back by a limit",
    reader: "waiting for its reader",
    connecting: "connecting to the secondaries",
    connectingCentral: "connecting to the central",
    asking: "asking the central",
    noCentral: "waiting for the central",
    obstacle: (why: string) => `waiting: ${why}`,
  },
  waiting: "waiting",
  place: (position: Count) => `waiting, place ${position}`,
  placeOf: (position: Count, of: Count) => `waiting ${position}/${of}`,
  placeIn: (place: string, duration: string) => `${place}, in about ${duration}`,
  about: (duration: string) => `~${duration}`,
  eta: (duration: string) => `ETA ${duration}`,
  didYouMean: (names: string) => `did you mean ${names}?`,
  or: ", or ",
  centralSays: (name: string, message: string) => `${name}: the central says: ${message}`,
  unreported: (name: string) => `${name} is whole, but nobody could be told of it: it is missing in the statistics`,
  left: (what: Count) => `${what} left`,
  andOthers: (line: string, count: Count) => `${line} (and ${count} ${plural(Number(count), "other", "others")})`,
  failed: "it failed",
  thereAlready: (file: string, size: string) => `${file} is there already, with that content (${size})`,
  verified: (size: string, duration: string) => `${size} verified in ${duration}`,
  wereThere: (bytes: string) => `${bytes} of it were there`,
  wereOlder: (bytes: string) => `${bytes} of it from the file that it replaces`,
  fromOne: (number: Count) => `from secondary ${number}`,
  fromSeveral: (numbers: string) => `from secondaries ${numbers}`,
  faults: (count: Count, number: Count) =>
    `${count} ${plural(Number(count), "fault", "faults")} of secondary ${number}`,
  stopped: (name: string) => `${name}: stopped`,
  whatCameKept: (text: string, path: string) =>
    `${text}; what came is kept in ${path}, and the next get goes on from there`,
  someKept: (text: string, bytes: string, path: string) =>
    `${text}; ${bytes} are kept in ${path}, and the next get goes on from there`,
  partKept: (text: string, bytes: string, size: string, path: string) =>
    `${text}; ${bytes} of ${size} are kept in ${path}, and the next get goes on from there`,
};
