/** A file or a folder, whatever its names. */
export type NodeId = number;

/** Bytes that a disk writes whole or not at all. */
export const PAGE_BYTES = 4096;

/** Moments are counted in system calls that have ended. */
export type Moment = number;

/** A change of names that happens whole or not at all: one of a rename changes two folders. */
export interface NameChange {
  readonly kind: "name";
  readonly at: Moment;
  /** Folders whose entries it changes, or that it needs as they are: changes of one folder come to the disk in their order. */
  readonly folders: readonly NodeId[];
  readonly entries: readonly { readonly folder: NodeId; readonly name: string; readonly node: NodeId | null }[];
  /** What gets or loses a name. */
  readonly node: NodeId;
}

/** The length of a file: `set` by itself, or that of the bytes which a write has put behind its end. */
export interface SizeChange {
  readonly kind: "size";
  readonly at: Moment;
  readonly node: NodeId;
  readonly size: number;
  readonly how: "set" | "extended";
  /** What is left of the pages that it has cut. */
  readonly cut: ReadonlyMap<number, Uint8Array>;
}

/** What a page of a file holds from a moment on. */
export interface PageChange {
  readonly kind: "page";
  readonly at: Moment;
  readonly node: NodeId;
  readonly page: number;
  readonly bytes: Uint8Array;
}

export type Change = NameChange | SizeChange | PageChange;

/** A call that returned when something was on the disk. */
export interface Sync {
  /** What had happened by then is there. */
  readonly began: Moment;
  readonly at: Moment;
  /** The file or folder; null: all of the volume. */
  readonly node: NodeId | null;
  readonly volume: NodeId;
}

/** What the program told somebody: its user by its output, or a peer. */
export interface Note {
  readonly at: Moment;
  readonly to: "user" | "peer";
  /** Its bytes, one character each. */
  readonly text: string;
}

/** All that a program did to its volumes, from empty ones on. A volume is a file system, named by its top folder. */
export interface History {
  readonly volumes: ReadonlyMap<string, NodeId>;
  readonly volumeOf: ReadonlyMap<NodeId, NodeId>;
  readonly folders: ReadonlySet<NodeId>;
  readonly changes: readonly Change[];
  readonly syncs: readonly Sync[];
  readonly notes: readonly Note[];
  /** The last moment. */
  readonly end: Moment;
}
