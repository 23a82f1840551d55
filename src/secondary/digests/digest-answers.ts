import { BoundedWork } from "../../platform/bounded-work.ts";
import { TORRENT_DIGESTS } from "../../protocol/digests/piece-digests.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { CentralLink } from "../central/central-link.ts";
import type { FileIndex } from "../file-index.ts";
import type { DigestMaker } from "./digest-maker.ts";

/** Questions that are answered at once: the digests of one take up to half a MiB. */
const MAX_QUESTIONS = 8;

export interface DigestAnswersDeps {
  readonly index: Pick<FileIndex, "byId" | "digests">;
  readonly link: Pick<CentralLink, "digested" | "undigested">;
  /** Null: none are made here. */
  readonly maker: Pick<DigestMaker, "want"> | null;
}

/** Answers the central's questions for the digests of versions. */
export class DigestAnswers {
  private readonly work = new BoundedWork(MAX_QUESTIONS);

  constructor(private readonly deps: DigestAnswersDeps) {}

  answer(question: Messages["digests"]): void {
    if (this.work.run(() => this.find(question))) return;
    this.deps.link.undigested({ request: question.request, why: "busy", left: 0 });
  }

  private async find({ request, id, of }: Messages["digests"]): Promise<void> {
    const { index, link, maker } = this.deps;
    const file = index.byId(id);
    if (!file) return link.undigested({ request, why: "not held", left: 0 });
    const { size, sha256 } = file;
    if (sha256 !== null) {
      // What the database cannot give is made anew.
      const digests = await index.digests(id, of).catch(() => null);
      if (digests) return link.digested({ request, sha256 }, digests);
    }
    if (!maker) return link.undigested({ request, why: "off", left: 0 });
    link.undigested({ request, ...maker.want({ id, size, torrent: TORRENT_DIGESTS.includes(of) }) });
  }
}
