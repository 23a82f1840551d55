import type { Identity } from "../../../../src/keys/identity.ts";
import { KeyKeeper } from "../../../../src/keys/key-keeper.ts";
import type { KeyFile, KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { SimProcess } from "../../world/sim-process.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { issueCredential } from "./certificates.ts";

/** The keys of a machine: what is in the key files that its processes are given, the first one first. */
export class KeyHolder {
  private files: readonly KeyFile[] = [];
  /** How many credentials were made for it before: each has a fingerprint of its own. */
  earlier = 0;
  /** How often others were put in their places. */
  private version = 0;
  /** Which version each process has read last. */
  private readonly readBy = new Map<SimProcess, number>();
  /** What the next process comes with whatever its files say, as a program of somebody else's would; null: nothing. */
  disguise: KeyMaterial | null = null;

  constructor(
    /** Who its processes are. */
    readonly identity: Identity,
  ) {}

  get keyFiles(): readonly KeyFile[] {
    return this.files;
  }

  /** Puts others in the places of its files. A process that runs reads them when it is told to. */
  give(files: readonly KeyFile[]): void {
    this.files = files;
    this.version += 1;
  }

  /** Whether a process has read what is in the files now, and could use it. */
  isRead({ process, keys }: ProcessPorts): boolean {
    if (this.disguise) return true;
    const authorities = this.files.map(({ contents }) => contents.authority.pem);
    const isUsed = keys?.current.authorities.every((pem, index) => pem === authorities[index]) ?? false;
    return isUsed && this.readBy.get(process) === this.version;
  }

  /** Gives a new process its keys as src/cli/keys.ts does; null where it comes in a disguise. Rejects with KeyError. */
  async load(ports: ProcessPorts): Promise<KeyKeeper | null> {
    const { disguise } = this;
    if (disguise) {
      ports.secure(new KeyRing(disguise));
      return null;
    }
    const read = async () => {
      this.readBy.set(ports.process, this.version);
      return this.files;
    };
    const keeper = await KeyKeeper.load(ports.clock, this.identity, read, issueCredential);
    ports.secure(keeper.ring);
    keeper.keepRenewed(ports.log);
    keeper.keepWarning(ports.log);
    return keeper;
  }
}
