import * as v from "valibot";
import { secondaryStatus } from "../../protocol/messages/client.ts";
import { missing } from "../../protocol/missing.ts";
import { bytes, count, field, hash, secondaryNumber, time } from "./fields.ts";

/** What the routes of a central answer. A field that is published stays. */

const flow = v.strictObject({
  toClients: field(bytes, "sent to clients of redes"),
  toSecondaries: field(bytes, "sent to other secondaries"),
  overHttp: field(bytes, "sent over HTTP"),
  received: field(bytes, "from other secondaries"),
});

const copiesLeft = {
  bytes: field(bytes, "of them that are not there"),
  seconds: field(v.nullable(count), "that this may take; null: nothing comes now"),
};

/** What keeps a cluster from serving: of a central what it lacks, of a client also that there is no central to ask. */
export const lacking = v.nullable(v.variant("kind", [...missing.options, v.object({ kind: v.literal("central") })]));

export type Lacking = NonNullable<v.InferOutput<typeof lacking>>;

export const statusAnswer = v.strictObject({
  role: field(v.picklist(["central", "client"]), "who answers: the central itself, or a client that serves"),
  version: field(v.string(), "of the program"),
  serving: field(v.boolean(), "whether clients can list and download"),
  missing: field(v.nullable(v.string()), "what keeps it from serving, in a sentence"),
  lacks: field(lacking, "the same for a program; null too where a central of an older version does not tell it"),
  files: count,
  bytes: field(bytes, "the sizes of all files together, each counted once"),
  secondaries: v.strictObject({
    known: count,
    present: field(count, "connected, with the disk there"),
  }),
  sessions: field(
    v.nullable(v.strictObject({ clients: count, secondaries: count })),
    "with the central; null: not known here, as at a client",
  ),
  rates: field(v.nullable(flow), "bytes of files in a second, of all secondaries together; null: not known here"),
  copies: field(
    v.strictObject({ pending: field(count, "of files, at all secondaries"), ...copiesLeft }),
    "what is still to be copied; seconds: until the last secondary has all",
  ),
  downloads: v.strictObject({
    active: count,
    waiting: count,
    limit: field(v.nullable(count), "how many may be active at once; null: any number, or not known here"),
  }),
});

export const secondaryAnswer = v.strictObject({
  number: secondaryNumber,
  address: field(v.string(), "where others reach it"),
  http: field(
    v.nullable(v.strictObject({ host: v.string(), port: count, tls: v.boolean() })),
    "where it answers HTTP; null: nowhere, or not known here",
  ),
  state: secondaryStatus.entries.state,
  reason: field(v.nullable(v.string()), "why, where the state needs a reason"),
  files: field(count, "that it holds; of a lost one, that it held"),
  copies: field(
    v.strictObject({
      pending: field(count, "that it can copy, begun or not"),
      ...copiesLeft,
      obstructed: field(count, "that it cannot copy until somebody does something about it"),
      obstacle: field(v.nullable(v.string()), "the first of these, and what is in its way"),
    }),
    "what it has still to copy",
  ),
  accusations: field(count, "wrong pieces and broken answers from it that others have reported"),
  room: field(
    v.nullable(v.strictObject({ total: bytes, free: bytes })),
    "on the disk of its shared folder; null: it has not told",
  ),
  rates: field(v.nullable(flow), "bytes of files in a second; null: it has not told, or it is not known here"),
  repairs: field(
    v.nullable(
      v.strictObject({
        wrongPieces: field(count, "that it has found in its own files"),
        repairedPieces: field(count, "of these that are right again"),
        damaged: field(count, "files with such pieces"),
        repaired: field(count, "of these that are whole again"),
        waiting: field(count, "files that it is to read again, or that wait for what is wrong in them"),
      }),
    ),
    "since it was started; null: it has not told",
  ),
});

export const secondariesAnswer = v.strictObject({ secondaries: v.array(secondaryAnswer) });

export const throughputAnswer = v.strictObject({
  interval: field(count, "seconds between two samples"),
  until: field(
    v.nullable(count),
    "when the last sample was taken, in milliseconds since 1970; null: there is none yet",
  ),
  secondaries: field(
    v.array(
      v.strictObject({
        number: secondaryNumber,
        sent: field(v.array(v.nullable(bytes)), "bytes of files in a second, the oldest first; null: it was not there"),
        received: field(v.array(v.nullable(bytes)), "from other secondaries, as many"),
      }),
    ),
    "of each as many samples as of the others",
  ),
});

const fileFields = {
  name: v.string(),
  size: bytes,
  modified: field(time, "when its content was last modified, in microseconds since 1970"),
  id: field(hash, "of its version: the BLAKE3 of its size and of the hashes of its pieces"),
  blake3: field(v.nullable(hash), "of its bytes, where it is known"),
  sha256: field(v.nullable(hash), "of its bytes, where it is known"),
  holders: field(count, "how many secondaries are there that hold all of it"),
  heldBy: field(v.array(secondaryNumber), "the first of these, in order, as far as they are known here"),
};

export const listedFile = v.strictObject(fileFields);

export const filesAnswer = v.strictObject({
  files: v.array(listedFile),
  matches: field(v.nullable(count), "how many files match in all; null where only this page was looked at"),
  next: field(v.nullable(v.string()), "the cursor of the next page; null: this is the last one"),
});

export const folderEntry = v.variant("kind", [
  v.strictObject({
    kind: v.literal("folder"),
    name: field(v.string(), "its own, without the folders above it"),
    files: field(count, "beneath it, at any depth"),
    bytes: field(bytes, "of them together"),
    modified: field(time, "the latest of them"),
    holders: field(count, "the fewest of them"),
  }),
  v.strictObject({ kind: v.literal("file"), ...fileFields }),
]);

export const folderAnswer = v.strictObject({
  entries: field(v.array(folderEntry), "what is right in the folder: the folders first, then the files"),
  total: field(count, "how many entries the folder has"),
});

export const fileAnswer = v.strictObject({
  ...fileFields,
  version: field(v.nullable(count), "the number of its version under its name; null: not known here"),
  pieceSize: bytes,
  pieces: count,
  sources: field(
    v.nullable(
      v.array(v.strictObject({ number: secondaryNumber, partial: field(v.boolean(), "it is still copying the file") })),
    ),
    "the secondaries that have all of it or a part; null: not known here",
  ),
});

export const downloadAnswer = v.strictObject({
  download: field(v.string(), "its id"),
  client: v.string(),
  name: field(v.string(), "of the file"),
  id: field(hash, "of the version"),
  size: bytes,
  state: v.picklist(["active", "waiting"]),
  bytes: field(bytes, "that the client has"),
  rate: field(v.nullable(bytes), "bytes in a second; null: not known yet"),
  left: field(v.nullable(count), "seconds that the rest takes at this rate"),
  sources: field(v.array(secondaryNumber), "the secondaries that it came from lately"),
  seconds: field(v.nullable(v.number()), "since it became active"),
  position: field(v.nullable(count), "of one that waits; 1 is next"),
  estimate: field(v.nullable(v.number()), "seconds until its turn, where that can be told"),
});

export const downloadsAnswer = v.strictObject({
  downloads: field(v.array(downloadAnswer), "the active ones first, then those that wait, in their order"),
  more: field(v.boolean(), "whether there are more than were asked for"),
});

export const statisticsAnswer = v.strictObject({
  rows: field(v.array(v.strictObject({ name: v.string(), downloads: count })), "in the order that was asked for"),
  next: field(v.nullable(v.string()), "the cursor of the next page; null: this is the last one"),
});

export const keptAnswer = v.strictObject({
  versions: field(
    v.array(
      v.strictObject({
        name: v.string(),
        version: field(count, "the number of the version under its name; 0: it has none"),
        id: hash,
        size: bytes,
        at: field(count, "when it left the shared folders, in milliseconds since 1970"),
        why: v.picklist(["replaced", "removed", "conflict"]),
        secondaries: field(v.array(secondaryNumber), "who keeps it"),
      }),
    ),
    "replaced and removed files that are kept, the newest first",
  ),
  more: field(v.boolean(), "whether there are more than were asked for"),
  silent: field(v.array(secondaryNumber), "secondaries that did not say what they keep"),
});

export const possibleUploadAnswer = v.strictObject({
  replaces: field(v.nullable(hash), "the version of this name that there is, for If-Match; null: there is none"),
});

export const putAnswer = v.strictObject({
  name: v.string(),
  size: bytes,
  id: field(hash, "of its version"),
  isNew: field(v.boolean(), "whether there was no file of this name"),
});

export type PossibleUploadAnswer = v.InferOutput<typeof possibleUploadAnswer>;
export type PutAnswer = v.InferOutput<typeof putAnswer>;
export type StatusAnswer = v.InferOutput<typeof statusAnswer>;
export type SecondaryAnswer = v.InferOutput<typeof secondaryAnswer>;
export type SecondariesAnswer = v.InferOutput<typeof secondariesAnswer>;
export type ThroughputAnswer = v.InferOutput<typeof throughputAnswer>;
export type ListedFileAnswer = v.InferOutput<typeof listedFile>;
export type FilesAnswer = v.InferOutput<typeof filesAnswer>;
export type FolderAnswer = v.InferOutput<typeof folderAnswer>;
export type DetailedFileAnswer = v.InferOutput<typeof fileAnswer>;
export type DownloadAnswer = v.InferOutput<typeof downloadAnswer>;
export type DownloadsAnswer = v.InferOutput<typeof downloadsAnswer>;
export type StatisticsAnswer = v.InferOutput<typeof statisticsAnswer>;
export type KeptAnswer = v.InferOutput<typeof keptAnswer>;
