import { downloadsQuery, noQuery } from "./central-queries.ts";
import type { ApiSite } from "./openapi.ts";
import { type Operation, operation } from "./operation.ts";
import {
  type CopiesAnswer,
  copiesAnswer,
  type SecondaryStatusAnswer,
  secondaryStatusAnswer,
} from "./secondary-answers.ts";

export const SECONDARY_API: ApiSite = {
  title: "redes secondary",
  description: "What one secondary is doing; its central tells of the whole cluster. Nothing here changes anything.",
};

/** What the HTTP thread of a secondary asks its main thread for programs. */
export interface SecondaryApiBackend {
  status(): Promise<SecondaryStatusAnswer>;
  /** At most `limit` of those that are obstructed. */
  copies(limit: number): Promise<CopiesAnswer>;
}

export const SECONDARY_API_METHODS = ["status", "copies"] as const satisfies readonly (keyof SecondaryApiBackend)[];

/** What a secondary answers to programs. */
export function secondaryOperations(backend: SecondaryApiBackend): readonly Operation[] {
  return [
    operation({
      path: "/api/v1/status",
      summary: "The secondary in a few numbers",
      query: noQuery,
      answer: secondaryStatusAnswer,
      answered: () => backend.status(),
    }),
    operation({
      path: "/api/v1/copies",
      summary: "What is being copied, and what cannot be",
      query: downloadsQuery,
      answer: copiesAnswer,
      answered: ({ limit }) => backend.copies(limit),
    }),
  ];
}
