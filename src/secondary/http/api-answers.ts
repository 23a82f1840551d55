import type { CopiesAnswer, SecondaryStatusAnswer } from "../../http/api/secondary-answers.ts";
import type { SecondaryApiBackend } from "../../http/api/secondary-operations.ts";
import { english, englishOrNull } from "../../sentences/sentence.ts";
import type { MeasuredSecondary } from "./secondary-metrics.ts";

export interface ApiAnswersOptions {
  readonly number: number;
  readonly version: string;
}

/** Answers programs that ask what a secondary is doing. Changes nothing. */
export class SecondaryApiAnswers implements SecondaryApiBackend {
  constructor(
    private readonly secondary: MeasuredSecondary,
    private readonly options: ApiAnswersOptions,
  ) {}

  async status(): Promise<SecondaryStatusAnswer> {
    const { connected, missing, index, kept, replicator, digestProgress: digests, server } = this.secondary;
    const { client, secondary } = server.sessionCounts();
    const [active, obstructed] = [replicator.progress().length, replicator.obstacles(0).count];
    return {
      role: "secondary",
      ...this.options,
      connected,
      missing: englishOrNull(missing),
      files: index.count,
      bytes: index.bytes,
      kept: { files: kept.count, bytes: kept.bytes },
      copies: { active, waiting: replicator.queued, obstructed },
      digests,
      sessions: { clients: client, secondaries: secondary },
    };
  }

  async copies(limit: number): Promise<CopiesAnswer> {
    const { replicator } = this.secondary;
    const active = replicator.progress().map(({ name, size, doneBytes, rate }) => {
      return { name, size, bytes: doneBytes, rate };
    });
    const obstructed = replicator.obstacles(limit).files.map(({ name, reason }) => ({ name, reason: english(reason) }));
    return { active, waiting: replicator.queued, obstructed };
  }
}
